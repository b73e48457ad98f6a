/** Commands that were sent to the writer and are not answered yet. */

import type { Committed } from '@suda/core/storage'
import { ChatError } from '@suda/protocol'
import type { Outcome } from './writer-messages.ts'

interface Waiting {
  readonly resolve: (committed: Committed) => void
  readonly reject: (error: Error) => void
}

export class PendingCommits {
  readonly #waiting = new Map<number, Waiting>()
  #serial = Date.now() * 1_000 // never one of an earlier process

  /** @param send is given the number under which the answer will come */
  add(send: (serial: number) => void): Promise<Committed> {
    return new Promise((resolve, reject) => {
      const serial = ++this.#serial
      this.#waiting.set(serial, { resolve, reject })
      send(serial)
    })
  }

  has(serial: number): boolean {
    return this.#waiting.has(serial)
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0
  }

  settle(outcomes: readonly Outcome[]): void {
    for (const outcome of outcomes) {
      const waiting = this.#waiting.get(outcome.serial)
      this.#waiting.delete(outcome.serial)
      if (outcome.ok) waiting?.resolve(outcome.committed)
      else waiting?.reject(errorOf(outcome))
    }
  }

  rejectAll(error: Error): void {
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(error)
  }
}

/** The driver's words are for the log alone, so they travel as the cause. */
export function unavailable(reason: string): ChatError {
  return new ChatError('unavailable', undefined, { cause: new Error(reason) })
}

function errorOf({ code, reason }: Extract<Outcome, { ok: false }>): Error {
  if (code === 'bug') return new Error(reason)
  return new ChatError(code, undefined, reason === '' ? {} : { cause: new Error(reason) })
}
