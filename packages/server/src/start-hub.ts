/** The hub as it must be before anybody may connect: near the head of the log, with the newest changes at hand (DL14). */

import { randomUUID } from 'node:crypto'
import { TrimmedError, type Storage } from '@suda/core'
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

type Log = Pick<Storage, 'head' | 'publicRooms' | 'changesAfter'>

interface Moment {
  readonly epoch: string
  readonly publicRooms: Awaited<ReturnType<Storage['publicRooms']>>
  readonly newest: readonly CommittedChange[]
}

/** Others may write meanwhile: what is newer than the moment at which the hub begins comes by the feed behind its head. */
export async function startHub(storage: Log, options: StartHubOptions): Promise<Hub> {
  const { epoch, newest, publicRooms } = await readMoment(storage)
  const hub = new Hub({
    ...options,
    build: VERSION,
    protocol: PROTOCOL,
    epoch,
    head: publicRooms.position,
    publicRooms,
    replay: (position, limit) => storage.changesAfter(position, limit),
    newStreamId: () => randomUUID(),
    clock: nodeClock({ now: () => performance.now(), random: () => Math.random() }),
  })
  hub.warm(newest)
  return hub
}

/** The public rooms of one moment, and the newest changes up to it at least. */
async function readMoment(storage: Log): Promise<Moment> {
  try {
    const publicRooms = await storage.publicRooms()
    const { epoch, firstPosition } = await storage.head()
    const newest = await newestChanges(storage, publicRooms.position, firstPosition)
    return { epoch, newest, publicRooms }
  } catch (error) {
    // Another process trimmed the log past it.
    if (error instanceof TrimmedError) return readMoment(storage)
    throw error
  }
}

async function newestChanges(storage: Log, position: number, firstPosition: number): Promise<CommittedChange[]> {
  if (firstPosition > position + 1) throw new TrimmedError(firstPosition)
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
