/** One request and its answer. */

import { ChatError } from '@suda/protocol'
import type { Platform } from '../platform.ts'
import { parseAnswer } from './parse-answer.ts'
import { refusalOf } from './parse-problem.ts'

export interface Sending {
  readonly url: string
  readonly init: RequestInit
  /** From the first byte sent to the last one received, in milliseconds. */
  readonly timeOutMs: number
  readonly signal?: AbortSignal | undefined
  /** The head of an answer has come, whosever it is. */
  readonly onResponse: (response: Response) => void
}

/**
 * @throws ChatError as the server refused; `unavailable` where no whole answer of the server came, or not in time
 * @throws unknown the reason of `signal`
 */
export async function send<Answer>(
  platform: Pick<Platform, 'after' | 'fetch' | 'wallClock'>,
  { init, onResponse, signal, timeOutMs, url }: Sending,
): Promise<Answer> {
  signal?.throwIfAborted()
  const controller = new AbortController()
  const end = (): void => controller.abort()
  let isLate = false
  const cancel = platform.after(timeOutMs, () => {
    isLate = true
    end()
  })
  signal?.addEventListener('abort', end)
  try {
    const response = await platform.fetch(url, { ...init, signal: controller.signal })
    onResponse(response)
    if (!response.ok) throw await refusalOf(response, platform.wallClock())
    return await parseAnswer<Answer>(response, init.method !== 'GET')
  } catch (cause) {
    signal?.throwIfAborted()
    if (cause instanceof ChatError) throw cause
    throw new ChatError('unavailable', `The server ${isLate ? 'did not answer in time' : 'cannot be reached'}.`, {
      cause,
    })
  } finally {
    cancel()
    signal?.removeEventListener('abort', end)
    // Where the body was of no interest, the rest of it does not come.
    end()
  }
}
