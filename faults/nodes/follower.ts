/** Clients of a test about one fault: they keep the texts that they were shown, and come again as a browser does. */

import { messagesIn } from '../kill/readers.ts'
import { StreamReader } from '../kit/stream-reader.ts'
import { positionOf } from '../kill/recorder.ts'

export interface FollowOptions {
  readonly port: number
  readonly path: string
  readonly token: string
  readonly cursor: string
}

export interface Follower {
  readonly reader: StreamReader
  /** In the order in which they came, each as often as it came. */
  readonly texts: readonly string[]
  /** How often it was greeted with a cursor from beyond what that process had seen. */
  readonly parked: number
}

export function follow(options: FollowOptions): Follower {
  const texts: string[] = []
  let parked = 0
  const reader = new StreamReader({
    ...options,
    maxRetryMs: 200,
    onEvent: (event) => {
      if (event.event === 'hello') {
        const { from, head }: { from: string; head: string } = JSON.parse(event.data)
        if (positionOf(from) > positionOf(head)) parked += 1
      }
      texts.push(...messagesIn(event).map(({ message }) => message.text))
    },
  })
  return {
    reader,
    texts,
    get parked() {
      return parked
    },
  }
}
