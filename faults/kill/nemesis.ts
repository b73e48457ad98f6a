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

/**
 * @param periodMs from one kill to the next; each is up to half of it earlier or later
 */
export async function killRepeatedly(
  server: ServerProcess,
  { kills, periodMs, random }: { kills: number; periodMs: number; random: Random },
): Promise<NemesisFigures> {
  const figures: NemesisFigures = { kills: 0, killsWhileStarting: 0, startMs: [] }
  let starting: Promise<void> = Promise.resolve()
  while (figures.kills < kills) {
    let isReady = false
    const ready = starting.then(
      () => (isReady = true),
      () => false, // killed before it was ready
    )
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
