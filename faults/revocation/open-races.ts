/** Streams that are being opened while the right to them is taken: none may stay. */

import { setTimeout as pause } from 'node:timers/promises'
import { percentiles } from '../kit/percentiles.ts'
import { seededRandom } from '../kit/random.ts'
import { until } from '../kit/until.ts'
import { aLife } from './a-life.ts'
import { ENDED_MS, type WatchViolation } from './check-watch.ts'
import { personalKinds, roomKinds, Watch, type StreamKind } from './watch.ts'
import type { People } from './people.ts'
import type { Trigger } from './trigger.ts'

export interface OpenRacesOptions {
  readonly opens: number
  readonly seed: number
  readonly triggers: readonly Trigger[]
}

export interface OpenRacesReport {
  readonly violations: readonly WatchViolation[]
  readonly figures: Readonly<Record<string, number>>
}

interface OpenRace {
  readonly trigger: Trigger
  readonly kind: StreamKind
  readonly isActFirst: boolean
  readonly delayMs: number
}

interface Opened {
  readonly race: OpenRace
  /** Whether it was a stream at all. */
  readonly isBegun: boolean
  /** From the answer, or from the request if that came later, to the end, ms. */
  readonly endMs: number
}

const JITTER_MS = 20

export async function runOpenRaces(people: People, options: OpenRacesOptions): Promise<OpenRacesReport> {
  const opened: Opened[] = []
  for (const race of racesOf(options)) opened.push(await openInRace(people, race))
  const begun = percentiles(opened.filter(({ isBegun }) => isBegun).map(({ endMs }) => endMs))
  return {
    violations: opened.filter(({ endMs }) => endMs > ENDED_MS).map(violationOf),
    figures: {
      'streams opened meanwhile': opened.length,
      'of these begun': begun.count,
      'their end p50, ms': Math.round(begun.p50),
      'their end max, ms': Math.round(begun.max),
    },
  }
}

function racesOf({ opens, seed, triggers }: OpenRacesOptions): OpenRace[] {
  const random = seededRandom(seed)
  const pairs = triggers.flatMap((trigger) =>
    [...(trigger.act.ends === 'room' ? [] : personalKinds), ...roomKinds].map((kind) => ({ trigger, kind })),
  )
  return Array.from({ length: opens }, () => {
    const pair = pairs[Math.floor(random() * pairs.length)]
    if (pair === undefined) throw new Error('there is nothing to run')
    return { ...pair, isActFirst: random() < 0.5, delayMs: random() * JITTER_MS }
  })
}

async function openInRace(people: People, race: OpenRace): Promise<Opened> {
  const { delayMs, isActFirst, kind, trigger } = race
  const held = await aLife(people, trigger)
  const caller = trigger.act.ends === 'token' ? held.token.caller : held.person.session
  const { body } = await caller.must('GET', `/api/sync?rooms=${held.roomId}`)
  const open = () => ({
    startedAt: performance.now(),
    watch: new Watch({ kind, caller, roomId: held.roomId, cursor: body.cursor }),
  })
  const acting = isActFirst ? trigger.act.run(held) : pause(delayMs).then(() => trigger.act.run(held))
  const { startedAt, watch } = await (isActFirst ? pause(delayMs).then(open) : open())
  const { answeredAt } = await acting
  const patience = { withinMs: 2 * ENDED_MS }
  const endedAt = await until('the end', () => watch.endedAt, patience).catch(() => Infinity)
  watch.close()
  return { race, isBegun: watch.isBegun, endMs: endedAt - Math.max(answeredAt, startedAt) }
}

function violationOf({ endMs, race }: Opened): WatchViolation {
  const { delayMs, isActFirst, kind, trigger } = race
  const order = isActFirst ? 'after' : 'before'
  return { fault: 'still open', what: `${kind}, opened ${delayMs} ms ${order} ${trigger.act.name}: ${endMs} ms` }
}
