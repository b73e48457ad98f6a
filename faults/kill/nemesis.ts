/** Kills the server again and again, also while it is still starting. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Random } from '../kit/random.ts'
import type { ServerProcess } from '../kit/server-process.ts'

export interface NemesisFigures {
  kills: number
  /** Kills before the ready line. */
  killsWhileStarting: number
  readonly startMs: number[]
}

export interface Nemesis {
  readonly kills: number
  /** From a start to the kill that ends it; each is up to half of it earlier or later. */
  readonly periodMs: number
  /** Counts the period from the ready line, so that a slow machine gets some work done, too. */
  readonly spareStarts: boolean
  readonly random: Random
}

export async function killRepeatedly(
  server: ServerProcess,
  { kills, periodMs, spareStarts, random }: Nemesis,
): Promise<NemesisFigures> {
  const figures: NemesisFigures = { kills: 0, killsWhileStarting: 0, startMs: [] }
  let starting: Promise<void> = Promise.resolve()
  while (figures.kills < kills) {
    let isReady = false
    const ready = starting.then(
      () => (isReady = true),
      () => false, // killed before it was ready
    )
    if (spareStarts) await ready
    await pause(periodMs * (0.5 + random()))
    await server.kill()
    figures.kills += 1
    await ready
    if (isReady && figures.kills > 1) figures.startMs.push(server.readyMs)
    if (!isReady) figures.killsWhileStarting += 1
    starting = server.start()
  }
  await starting
  figures.startMs.push(server.readyMs)
  return figures
}
