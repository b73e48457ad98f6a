/** Posting as a careful client does: again under the same id until there is an answer. */

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Message } from '@suda/protocol'
import { call, type Answer } from './http.ts'

export interface Post {
  readonly url: string
  readonly token: string
  /** Id or slug. */
  readonly room: string
  readonly text: string
  readonly id?: string
  /** After this long without a definite answer the outcome is unknown. */
  readonly withinMs?: number
  /** Told of each answer, and of what came in place of one. */
  readonly onAttempt?: (outcome: Answer | Error) => void
}

export interface Posted {
  readonly message: Message
  readonly cursor: string
  readonly status: number
  readonly attempts: number
}

/**
 * @throws Error `refused …` for a 4xx, which is final
 * @throws Error `unknown outcome …` if time ran out; the message may or may not be stored
 */
export async function postMessage({
  url,
  token,
  room,
  text,
  id = randomUUID(),
  withinMs = 30_000,
  onAttempt,
}: Post): Promise<Posted> {
  const deadline = performance.now() + withinMs
  let last = 'no attempt'
  for (let attempts = 1; performance.now() < deadline; attempts += 1) {
    const answer = await attempt(`${url}/api/rooms/${room}/messages`, token, { id, text })
    onAttempt?.(answer)
    if (answer instanceof Error) last = answer.message
    else if (answer.status === 200 || answer.status === 201) {
      return { message: answer.body.message, cursor: answer.body.cursor, status: answer.status, attempts }
    } else if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) {
      throw new Error(`refused with ${answer.status}: ${JSON.stringify(answer.body)}`)
    } else last = `${answer.status} ${JSON.stringify(answer.body)}`
    await pause(20 + 80 * Math.random())
  }
  throw new Error(`unknown outcome after ${withinMs} ms: ${last}`)
}

async function attempt(url: string, token: string, json: unknown): Promise<Answer | Error> {
  try {
    return await call(url, { method: 'POST', token, json, timeoutMs: 5000 })
  } catch (error) {
    // `fetch failed` alone tells nothing; its cause does.
    const cause = error instanceof Error ? (error.cause ?? error) : error
    return cause instanceof Error ? cause : new Error(String(cause))
  }
}
