/** What may not come of a race, and the same planted, so that a checker that sees nothing is seen. */

import { isDone } from './caller.ts'
import type { RaceRecord } from './race.ts'

export type RaceFault = 'late' | 'too late' | 'lost' | 'outlived' | 'other answer'

export interface RaceViolation {
  readonly fault: RaceFault
  readonly what: string
}

export function checkRaces(records: readonly RaceRecord[]): RaceViolation[] {
  return records.flatMap((record) =>
    faultsOf(record).map((fault) => ({ fault, what: `run ${record.run}: ${JSON.stringify(record)}` })),
  )
}

function faultsOf(record: RaceRecord): RaceFault[] {
  const { acted, late, raced, traces } = record
  const beganLater = raced.startedAt > acted.answeredAt && isDone(raced.status)
  const isLost = traces.act === undefined || (isDone(raced.status) && traces.request === undefined)
  return [
    ...((beganLater && !record.isSpared) || (late !== undefined && isDone(late.status)) ? ['late' as const] : []),
    ...(isAfter(record) && !record.isSpared ? ['too late' as const] : []),
    ...(isLost ? ['lost' as const] : []),
    ...(record.madeIsAlive === true && !(record.isSpared && isAfter(record)) ? ['outlived' as const] : []),
    ...(isOther(raced.status) || (late !== undefined && late.status !== late.expected)
      ? ['other answer' as const]
      : []),
  ]
}

/** Whether the log has the request behind the act. */
const isAfter = ({ traces }: RaceRecord): boolean =>
  traces.request !== undefined && traces.act !== undefined && traces.request > traces.act

const isOther = (status: number): boolean => !isDone(status) && status !== 401 && status !== 404

/** @returns what was planted into the records and not found; empty if the checker can be trusted, or had nothing to check */
export function missedPlants(records: readonly RaceRecord[], random: () => number): string[] {
  if (records.length === 0) return []
  const done = records.filter(({ isSpared, late, raced }) => !isSpared && late !== undefined && isDone(raced.status))
  const record = done[Math.floor(random() * done.length)]
  if (record === undefined) return ['any: no request was acknowledged']
  const { acted, late, raced, traces } = record
  const plants: [RaceFault, RaceRecord][] = [
    ['late', { ...record, raced: { ...raced, startedAt: acted.answeredAt + 1 } }],
    ['late', { ...record, ...(late !== undefined && { late: { ...late, status: 201 } }) }],
    ['too late', { ...record, traces: { ...traces, request: (traces.act ?? 0) + 1 } }],
    ['lost', { ...record, traces: traces.act === undefined ? {} : { act: traces.act } }],
    ['outlived', { ...record, madeIsAlive: true }],
    ['other answer', { ...record, ...(late !== undefined && { late: { ...late, status: 500 } }) }],
  ]
  return plants
    .filter(([fault, planted]) => !checkRaces([planted]).some((found) => found.fault === fault))
    .map(([fault]) => fault)
}
