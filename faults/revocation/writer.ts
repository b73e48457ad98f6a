/** Somebody who writes into a room all the time, one message after the other. */

import type { Caller } from './caller.ts'

export interface Writer {
  /** When each message was sent, by its number. */
  readonly sentAt: readonly number[]
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
}

export function startWriter(caller: Caller, roomId: string): Writer {
  const sentAt: number[] = []
  const over = new AbortController()
  const write = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const text = `post ${sentAt.push(performance.now()) - 1}`
      await caller.must('POST', `/api/rooms/${roomId}/messages`, { text })
    }
  }
  const writing = write()
  return {
    sentAt,
    stop: () => {
      over.abort()
      return writing
    },
  }
}
