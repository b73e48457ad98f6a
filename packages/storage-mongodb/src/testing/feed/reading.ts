/** Somebody who reads a feed from its beginning, on a server that a test breaks. */

import { onTestFinished } from 'vitest'
import { ChangeStreamWatch } from '../../feed/change-stream-watch.ts'
import { MongoFeed, type MongoFeedOptions } from '../../feed/mongo-feed.ts'
import type { WatchOptions, WatchTimings } from '../../feed/watch-options.ts'
import { newBell } from '../wire-server/bell.ts'

/** Quick to mend, and patient with a machine that has other things to do. */
export const quickTimings: WatchTimings = {
  awaitMs: 50,
  silenceMs: 5_000,
  markerMs: 5_000,
  firstPauseMs: 5,
  longestPauseMs: 50,
  startMs: 15_000,
  connectMs: 2_000,
  closeMs: 300,
  socketMs: 10_000,
}

/** For tests that wait for the end of patience. */
export const impatient = { silenceMs: 500, markerMs: 500, connectMs: 200 }

export interface Reading {
  readonly watch: ChangeStreamWatch
  /** Positions in the order in which they were read. */
  readonly positions: readonly number[]
  /** How many changes came together. */
  readonly sizes: readonly number[]
  readonly notices: readonly string[]
  /** How often something missed was to be looked up; once for the start. */
  readonly lookUps: number
  /** When this one was read. */
  readonly reached: (position: number) => Promise<void>
}

interface Read {
  readonly positions: number[]
  readonly sizes: number[]
  readonly notices: string[]
  lookUps: number
}

export interface ReadingOptions
  extends Pick<WatchOptions, 'url'>, Partial<Omit<WatchOptions, 'url'>>, MongoFeedOptions {}

export async function startReading({ changesAfter, readHead, ...options }: ReadingOptions): Promise<Reading> {
  const feed = new MongoFeed({ changesAfter, readHead })
  const read: Read = { positions: [], sizes: [], notices: [], lookUps: 0 }
  const bell = newBell()
  const watch = await ChangeStreamWatch.start({
    databaseName: 'suda',
    collections: ['changes'],
    onInsert: (_, documents) => feed.take(documents),
    onOpenedAnew: () => {
      read.lookUps += 1
      return feed.catchUp()
    },
    onNotice: (line, error) => read.notices.push(error instanceof Error ? `${line}: ${String(error)}` : line),
    ...options,
    timings: { ...quickTimings, ...options.timings },
  })
  const reading = follow(feed, (positions) => {
    read.positions.push(...positions)
    read.sizes.push(positions.length)
    bell.ring()
  })
  onTestFinished(async () => {
    await watch.close()
    feed.end()
    await reading
  })
  return Object.assign(read, {
    watch,
    reached: async (position: number) => {
      while ((read.positions.at(-1) ?? 0) < position) await bell.rung()
    },
  })
}

/** As the server does: what ends the feed is taken up again behind the last change. */
async function follow(feed: MongoFeed, take: (positions: readonly number[]) => void): Promise<void> {
  for (let at = 0, isEnded = false; !isEnded;) {
    try {
      for await (const changes of feed.after(at)) {
        take(changes.map(({ position }) => position))
        at = changes.at(-1)?.position ?? at
      }
      isEnded = true
    } catch {
      // The log could not be read.
    }
  }
}

export const upTo = (position: number): number[] => Array.from({ length: position }, (_, index) => index + 1)
