import { ChatError, type FeedAnswer, type Hello } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import type { FeedEvent, SourceHandlers } from './feed-event.ts'
import { Feed } from './feed.ts'

describe('Feed', () => {
  test('is live when it was told the head of the beginning, and lags until then', () => {
    const world = aWorld()
    world.feed.start()
    expect(world.feed.state).toBe('connecting')

    world.tell({ kind: 'hello', hello: aHello({ head: 'e.7' }) })
    expect(world.feed.state).toBe('lagging')
    world.cursor = 'e.7'
    world.tell({ kind: 'heartbeat', cursor: 'e.7' })
    expect(world.feed.state).toBe('live')
  })

  test('opens a new stream at the cursor when one ends, later each time, and at once where the network is back', async () => {
    const world = aWorld()
    world.feed.start()
    for (let failures = 1; failures <= 3; failures += 1) {
      await world.end()
      expect(world.streams()).toBe(failures)
      world.pass(500 * 2 ** failures)
      expect(world.streams()).toBe(failures + 1)
    }
    await world.end()
    expect(world.feed.state).toBe('offline')

    world.cursor = 'e.9'
    world.feed.nudge()
    expect(world.openedAt.at(-1)).toBe('e.9')
  })

  test('polls where streams stay silent though the server is well, until one comes through', async () => {
    const world = aWorld()
    world.feed.start()
    await world.silence()
    expect(world.feed.state).toBe('connecting')
    await world.silence()
    expect(world.feed.state).toBe('polling')

    await world.answerPoll({ changes: [], cursor: 'e.5', more: false })
    expect(world.events.at(-1)).toEqual({ kind: 'heartbeat', cursor: 'e.5' })
    world.cursor = 'e.5'
    world.pass(60_000)
    world.tell({ kind: 'hello', hello: aHello({ head: 'e.5' }) })
    expect(world.feed.state).toBe('live')
    expect(world.isPolling()).toBe(false)
  })

  test('a failed server is not polled', async () => {
    const world = aWorld({ isHealthy: false })
    world.feed.start()
    await world.silence()
    await world.silence()

    expect(world.feed.state).not.toBe('polling')
  })

  test('a stream that is silent for longer than it said is opened anew', () => {
    const world = aWorld()
    world.feed.start()
    world.tell({ kind: 'hello', hello: aHello({ heartbeatMs: 20_000 }) })

    world.pass(24_000)
    expect(world.streams()).toBe(1)
    world.pass(1_000)
    expect(world.streams()).toBe(2)
  })

  test('ends when the session has ended, and only then', async () => {
    const world = aWorld()
    world.feed.start()
    world.tell({ kind: 'bye', bye: { reason: 'shutdown', reconnect: true } })
    expect(world.feed.state).toBe('connecting')
    world.pass(3_000)
    expect(world.streams()).toBe(2)

    world.refusal = new ChatError('unauthenticated')
    world.tell({ kind: 'bye', bye: { reason: 'session_ended', reconnect: false } })
    await world.settle()
    expect(world.feed.state).toBe('signed_out')
    world.pass(600_000)
    expect(world.streams()).toBe(2)
  })

  test('after a reset of everything it waits for the snapshot', () => {
    const world = aWorld()
    world.feed.start()
    world.tell({ kind: 'hello', hello: aHello() })
    world.tell({ kind: 'reset', reset: { reason: 'trimmed', scope: 'all' } })
    world.pass(10_000)
    expect(world.streams()).toBe(1)

    world.cursor = 'f.1'
    world.feed.restart()
    expect(world.openedAt).toEqual(['e.0', 'f.1'])
  })

  test('an event of a stream that was given up is not heard', () => {
    const world = aWorld()
    world.feed.start()
    const old = world.handlers
    world.feed.restart()

    old?.onEvent({ kind: 'heartbeat', cursor: 'e.1' })

    expect(world.events).toEqual([])
  })
})

interface Timer {
  readonly at: number
  readonly act: () => void
}

interface Told {
  cursor: string | undefined
  refusal: ChatError | undefined
  handlers: SourceHandlers | undefined
  readonly events: FeedEvent[]
  readonly openedAt: string[]
}

/** Time passes when it is told to, and the server says what it is told to. */
function aWorld({ isHealthy = true }: { readonly isHealthy?: boolean } = {}) {
  let now = 0
  let poll: PromiseWithResolvers<FeedAnswer> | undefined
  const timers = new Set<Timer>()
  const told: Told = { cursor: 'e.0', refusal: undefined, handlers: undefined, events: [], openedAt: [] }
  const feed = new Feed({
    platform: {
      fetch: globalThis.fetch,
      now: () => now,
      wallClock: () => now,
      random: () => 1,
      newId: () => 'id',
      after(ms, act) {
        const timer = { at: now + ms, act }
        timers.add(timer)
        return () => timers.delete(timer)
      },
      isVisible: () => true,
      isOnline: () => true,
      onChange: () => () => undefined,
    },
    openStream(cursor, handlers) {
      told.openedAt.push(cursor)
      told.handlers = handlers
      return { close: () => undefined }
    },
    poll(_cursor, _wait, signal) {
      poll = Promise.withResolvers<FeedAnswer>()
      signal.addEventListener('abort', () => (poll = undefined))
      return poll.promise
    },
    isHealthy: () => Promise.resolve(isHealthy),
    askWho: () => (told.refusal === undefined ? Promise.resolve() : Promise.reject(told.refusal)),
    asChatError: (error) => (error instanceof ChatError ? error : undefined),
    cursor: () => told.cursor,
    onEvent: (event) => told.events.push(event),
    onState: () => undefined,
    onOutdated: () => undefined,
  })

  /** What was promised has come about. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  function pass(ms: number): void {
    const until = now + ms
    for (let next = first(timers); next !== undefined && next.at <= until; next = first(timers)) {
      timers.delete(next)
      now = next.at
      next.act()
    }
    now = until
  }
  return Object.assign(told, {
    feed,
    settle,
    pass,
    streams: () => told.openedAt.length,
    isPolling: () => poll !== undefined,
    tell: (event: FeedEvent) => told.handlers?.onEvent(event),
    /** As when the cable is cut. */
    async end() {
      told.handlers?.onEnd()
      await settle()
    },
    async silence() {
      pass(5_000)
      await settle()
    },
    async answerPoll(answer: FeedAnswer) {
      poll?.resolve(answer)
      await settle()
    },
  })
}

function first(timers: ReadonlySet<Timer>): Timer | undefined {
  return [...timers].sort((a, b) => a.at - b.at)[0]
}

function aHello(hello: Partial<Hello> = {}): Hello {
  return {
    streamId: 's1',
    resumed: true,
    from: 'e.0',
    head: 'e.0',
    heartbeatMs: 24_000,
    protocol: 1,
    build: 'b1',
    siteId: 'site',
    ...hello,
  }
}
