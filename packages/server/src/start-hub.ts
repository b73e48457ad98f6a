/** The hub as it must be before anybody may connect: at the head of the log, with the newest changes at hand (DL14). */

import { randomUUID } from 'node:crypto'
import type { LogHead, Storage } from '@suda/core'
import { Hub, nodeClock, type HubSettings } from '@suda/hub'
import { PROTOCOL, type CommittedChange } from '@suda/protocol'
import { VERSION } from './version.ts'

/** How far back those who come again after a restart are served without the database. */
const WARM_COUNT = 10_000
const BATCH = 1_000

export interface StartHubOptions {
  readonly siteId: string
  /** Told of what ended a stream by our fault. */
  readonly onError: (error: unknown) => void
  readonly settings?: Partial<HubSettings>
}

/** Nothing else may write until it has returned. */
export async function startHub(storage: Storage, options: StartHubOptions): Promise<Hub> {
  const head = await storage.head()
  const hub = new Hub({
    ...options,
    build: VERSION,
    protocol: PROTOCOL,
    epoch: head.epoch,
    head: head.position,
    publicRooms: await storage.publicRooms(),
    replay: (position, limit) => storage.changesAfter(position, limit),
    newStreamId: () => randomUUID(),
    clock: nodeClock({ now: () => performance.now(), random: () => Math.random() }),
  })
  hub.warm(await newestChanges(storage, head))
  return hub
}

async function newestChanges(storage: Storage, { position, firstPosition }: LogHead): Promise<CommittedChange[]> {
  const changes: CommittedChange[] = []
  let at = Math.max(firstPosition - 1, position - WARM_COUNT)
  while (at < position) {
    const batch = await storage.changesAfter(at, BATCH)
    changes.push(...batch)
    const last = batch.at(-1)
    if (last === undefined) throw new RangeError(`the log has nothing at ${at + 1}`)
    at = last.position
  }
  return changes
}
