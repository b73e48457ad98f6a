/** Many races, of every act with every request that it concerns, in either order and with chance between them. */

import { percentiles } from '../kit/percentiles.ts'
import { seededRandom } from '../kit/random.ts'
import * as acts from './acts.ts'
import { isDone } from './caller.ts'
import { checkRaces, missedPlants, type RaceViolation } from './check-races.ts'
import { areRivals, race, type RacePlan, type RaceRecord } from './race.ts'
import { requests } from './requests.ts'
import type { People } from './people.ts'

export interface RacesOptions {
  readonly runs: number
  readonly seed: number
  readonly atOnce: number
}

export interface RacesReport {
  readonly violations: readonly RaceViolation[]
  readonly missedPlants: readonly string[]
  readonly figures: Readonly<Record<string, number>>
}

const JITTER_MS = 20

const racing = [
  acts.signOut,
  acts.signOutEverywhere,
  acts.changePassword,
  acts.endFromElsewhere,
  acts.deleteToken,
  acts.suspend,
  acts.suspendWithToken,
  acts.deleteUser,
  acts.deleteUserWithToken,
  acts.remove,
]

export async function runRaces(people: People, { atOnce, runs, seed }: RacesOptions): Promise<RacesReport> {
  const queue = plansOf(runs, seed)
  const records: RaceRecord[] = []
  /** How long each act took of late: a request that is to meet it begins while it runs. */
  const usual = new Map<string, number>()
  const worker = async () => {
    const neighbour = await people.join()
    for (let plan = queue.shift(); plan !== undefined; plan = queue.shift()) {
      const record = await race(people, neighbour, aimed(plan, usual.get(plan.act.name)))
      records.push(record)
      usual.set(record.act, record.acted.answeredAt - record.acted.startedAt)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return {
    violations: checkRaces(records),
    missedPlants: missedPlants(records, seededRandom(seed)),
    figures: figuresOf(records),
  }
}

/** Each pair as often as any other, give or take one. */
function plansOf(runs: number, seed: number): RacePlan[] {
  const random = seededRandom(seed)
  const pairs = racing.flatMap((act) =>
    requests.filter((request) => areRivals(act, request)).map((request) => ({ act, request })),
  )
  const shuffled = pairs.map((pair) => ({ pair, key: random() })).sort((a, b) => a.key - b.key)
  return Array.from({ length: runs }, (_, run) => {
    const { pair } = shuffled[run % shuffled.length] ?? {}
    if (pair === undefined) throw new Error('there is nothing to run')
    return { run, ...pair, isActFirst: random() < 0.5, delayMs: random() * JITTER_MS }
  })
}

/** Two Argon2 before its commit make an act long: the request is sent somewhere in it. */
function aimed(plan: RacePlan, usualMs = 0): RacePlan {
  const isLong = plan.isActFirst && usualMs > 2 * JITTER_MS
  return isLong ? { ...plan, delayMs: (usualMs * plan.delayMs) / JITTER_MS } : plan
}

function figuresOf(records: readonly RaceRecord[]): RacesReport['figures'] {
  const count = (is: (record: RaceRecord) => boolean) => records.filter(is).length
  const isAcknowledged = ({ raced }: RaceRecord) => isDone(raced.status)
  const met = ({ acted, raced }: RaceRecord) => raced.startedAt < acted.answeredAt && acted.startedAt < raced.answeredAt
  const times = percentiles(records.map(({ acted }) => acted.answeredAt - acted.startedAt))
  return {
    races: records.length,
    'both in flight at once': count(met),
    'acknowledged, before the act': count((record) => isAcknowledged(record) && !record.isSpared),
    refused: count(({ raced }) => !isDone(raced.status)),
    'refused though both were in flight': count((record) => met(record) && !isAcknowledged(record)),
    'stored though refused': count(({ raced, traces }) => !isDone(raced.status) && traces.request !== undefined),
    'refused afterwards': count(({ late }) => late !== undefined && !isDone(late.status)),
    'of a token that stays': count(({ isSpared }) => isSpared),
    'act to answer p50, ms': Math.round(times.p50),
    'act to answer max, ms': Math.round(times.max),
  }
}
