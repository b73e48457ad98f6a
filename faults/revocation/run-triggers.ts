/** Every way of taking something, several times, with the times that it took. */

import { percentiles } from '../kit/percentiles.ts'
import * as acts from './acts.ts'
import { pull, type StreamTimes, type Trigger, type TriggerReport } from './trigger.ts'
import type { WatchViolation } from './check-watch.ts'
import type { People } from './people.ts'

export const triggers: readonly Trigger[] = [
  { act: acts.signOut },
  { act: acts.signOutEverywhere },
  { act: acts.changePassword },
  { act: acts.deleteToken },
  { act: acts.endFromElsewhere },
  { act: acts.suspend },
  { act: acts.suspendWithToken },
  { act: acts.deleteUser },
  { act: acts.deleteUserWithToken },
  { act: acts.remove },
  { act: acts.makePrivate, isPublic: true },
  { act: acts.cutRole, isPublic: true },
  { act: acts.passwordByOperator },
]

export interface TriggersReport {
  readonly violations: readonly WatchViolation[]
  /** Where the check would have seen nothing. */
  readonly blind: readonly string[]
  /** By trigger and kind of stream. */
  readonly rows: Readonly<Record<string, TimesRow>>
}

export interface TimesRow {
  readonly streams: number
  readonly 'end p50, ms'?: number
  readonly 'end max, ms'?: number
  readonly 'last frame max, ms': number
  readonly 'shown though sent after': number
}

export async function runTriggers(people: People, rounds: number): Promise<TriggersReport> {
  const reports: { name: string; report: TriggerReport }[] = []
  for (let round = 0; round < rounds; round++) {
    for (const trigger of triggers) reports.push({ name: trigger.act.name, report: await pull(people, trigger) })
  }
  const all = reports.flatMap(({ name, report }) => report.times.map((times) => ({ name, times })))
  const groups = Map.groupBy(all, ({ name, times }) => `${name} · ${times.kind}`)
  return {
    violations: reports.flatMap(({ name, report }) =>
      report.violations.map(({ fault, what }) => ({ fault, what: `${name}, ${what}` })),
    ),
    blind: reports.flatMap(({ name, report }) => report.blind.map((kind) => `${name} · ${kind}`)),
    rows: Object.fromEntries([...groups].map(([key, group]) => [key, rowOf(group.map(({ times }) => times))])),
  }
}

function rowOf(times: readonly StreamTimes[]): TimesRow {
  const ends = percentiles(times.map(({ endMs }) => endMs).filter((ms) => ms !== undefined))
  const frames = percentiles(times.map(({ lastFrameMs }) => lastFrameMs))
  return {
    streams: times.length,
    ...(ends.count > 0 && { 'end p50, ms': Math.round(ends.p50), 'end max, ms': Math.round(ends.max) }),
    'last frame max, ms': Math.round(frames.max),
    'shown though sent after': times.reduce((sum, { sentAfter }) => sum + sentAfter, 0),
  }
}
