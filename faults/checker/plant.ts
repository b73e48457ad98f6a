/** Faults put into a sound run on purpose: a checker that does not find them proves nothing, and the run is void. */

import { check } from './check.ts'
import type { Fault, HistoryRecord, Run } from './history.ts'

interface Planted {
  readonly name: string
  readonly expected: Fault
  readonly run: Run
}

/** @returns the names of planted faults that the checker did not find; empty if it can be trusted */
export function missedPlants(run: Run, random: () => number): string[] {
  return plants(run, random)
    .filter(({ run: spoilt, expected }) => !check(spoilt).some(({ fault }) => fault === expected))
    .map(({ name }) => name)
}

export function plants(run: Run, random: () => number): Planted[] {
  const acknowledged = pick(run, 'ok', random)
  const key = acknowledged === undefined ? '' : keyOf(run, acknowledged)
  const stored = run.records.findIndex((record) => record.type === 'stored' && record.key === key)
  const seen = pick(run, 'seen', random)
  const next = nextOfSameClient(run, seen)
  if (acknowledged === undefined || stored === -1 || seen === undefined || next === undefined) {
    return [{ name: 'the run is too short to plant anything', expected: 'lost', run }]
  }
  return [
    { name: 'lost from history', expected: 'lost', run: without(run, stored) },
    { name: 'lost for one reader', expected: 'lost', run: without(run, seen) },
    { name: 'twice for one reader', expected: 'twice', run: repeated(run, seen) },
    { name: 'twice in history', expected: 'twice', run: repeated(run, stored) },
    { name: 'swapped for one reader', expected: 'swapped', run: exchanged(run, seen, next) },
  ]
}

function pick(run: Run, type: HistoryRecord['type'], random: () => number): number | undefined {
  // The last of a reader has no successor to be swapped with, so the choice is among the first nine tenths.
  const indexes = run.records.flatMap((record, index) => (record.type === type ? [index] : []))
  return indexes[Math.floor(random() * indexes.length * 0.9)]
}

function keyOf(run: Run, index: number): string {
  const record = run.records[index]
  return record !== undefined && 'key' in record ? record.key : ''
}

function nextOfSameClient(run: Run, index: number | undefined): number | undefined {
  const record = index === undefined ? undefined : run.records[index]
  if (index === undefined || record === undefined) return undefined
  const next = run.records.findIndex(
    (other, i) => i > index && other.type === record.type && other.client === record.client,
  )
  return next === -1 ? undefined : next
}

function without(run: Run, index: number): Run {
  return { ...run, records: run.records.toSpliced(index, 1) }
}

function repeated(run: Run, index: number): Run {
  const record = run.records[index]
  return record === undefined ? run : { ...run, records: run.records.toSpliced(index, 0, record) }
}

function exchanged(run: Run, a: number, b: number): Run {
  const [first, second] = [run.records[a], run.records[b]]
  return first === undefined || second === undefined
    ? run
    : { ...run, records: run.records.with(a, second).with(b, first) }
}
