/** Keeps the feed flowing into the hub: what ends it is logged, and it is taken up again behind the hub's last change. */

import { setTimeout as wait } from 'node:timers/promises'
import { AnotherLogError, TrimmedError, type Storage } from '@suda/core'
import { pumpFeed, type PumpTarget } from '@suda/hub'
import type { Logger } from 'pino'

const FIRST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2_000

export interface FeedOptions {
  readonly storage: Pick<Storage, 'feed' | 'changesAfter'>
  readonly hub: PumpTarget
  readonly logger: Logger
  readonly stopping: AbortSignal
}

/**
 * Returns when the process stops.
 * @throws TrimmedError if the process slept for so long that what it missed is no longer in the log; AnotherLogError if
 * the database was replaced under it: it must start anew
 */
export async function superviseFeed({ storage, hub, logger, stopping }: FeedOptions): Promise<void> {
  const replay = (position: number, limit: number) => storage.changesAfter(position, limit)
  let pauseMs = FIRST_PAUSE_MS
  while (!stopping.aborted) {
    const before = hub.head
    try {
      await pumpFeed({ target: hub, feed: storage.feed(hub.head), replay })
    } catch (error) {
      if (error instanceof TrimmedError || error instanceof AnotherLogError) throw error
      logger.error({ err: error, head: hub.head }, 'The feed broke off')
    }
    if (stopping.aborted) return
    pauseMs = hub.head > before ? FIRST_PAUSE_MS : Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    await wait(pauseMs, undefined, { ref: false })
  }
}
