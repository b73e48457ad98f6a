/** Many readers behind one address, and where each of them was sent. */

import { positionOf, type Recorder } from '../kill/recorder.ts'
import { startReader, type ReaderPlan } from '../kill/readers.ts'
import type { StreamEvent, StreamReader } from '../kit/stream-reader.ts'
import type { Cluster } from './cluster.ts'

export interface Greeting {
  readonly t: number
  /** The process that said hello. */
  readonly node: number | undefined
  /** Whether it goes on from the client's cursor. */
  readonly resumed: boolean
  /** The cursor was from beyond what this process had seen: it is waited for. */
  readonly isParked: boolean
}

export interface Client {
  readonly plan: ReaderPlan
  readonly reader: StreamReader
  readonly greetings: readonly Greeting[]
  /** As the server said it. */
  readonly resets: readonly string[]
}

/** Half of them follow everything, half one room each; every second one waits as long as the server asks. */
export function clientPlans(count: number, { rooms, tokens }: Pick<Cluster, 'rooms' | 'tokens'>): ReaderPlan[] {
  const [users, ids] = [Object.keys(tokens), Object.values(rooms)]
  return Array.from({ length: count }, (_, i) => {
    const round = Math.floor(i / users.length)
    const room = ids[i % ids.length] ?? ''
    const isPersonal = round % 2 === 0
    return {
      name: `reader-${i}`,
      token: tokens[users[i % users.length] ?? ''] ?? '',
      rooms: isPersonal ? ids : [room],
      path: isPersonal ? '/api/feed' : `/api/rooms/${room}/feed`,
      ...(i % 2 === 0 && { maxRetryMs: 100 }),
    }
  })
}

export interface ClientStart {
  readonly plan: ReaderPlan
  readonly proxy: Cluster['proxy']
  readonly cursor: string
  readonly recorder: Recorder
}

export function startClient({ cursor, plan, proxy, recorder }: ClientStart): Client {
  const greetings: Greeting[] = []
  const resets: string[] = []
  const reader: StreamReader = startReader({
    plan,
    port: proxy.port,
    cursor,
    recorder,
    onEvent: (event) => {
      if (event.event === 'hello') greetings.push({ node: proxy.nodeOf(reader.clientPort ?? 0), ...greetingIn(event) })
      if (event.event === 'reset') resets.push(event.data)
    },
  })
  return { plan, reader, greetings, resets }
}

function greetingIn({ data }: StreamEvent): Omit<Greeting, 'node'> {
  const { from, head, resumed }: { from: string; head: string; resumed: boolean } = JSON.parse(data)
  return { t: performance.now(), resumed, isParked: positionOf(from) > positionOf(head) }
}
