/**
 * Requests that wait for their answer, by their connection: a refusal of what was sent behind one would be taken for its
 * answer, and what was carried out must not look refused.
 */

import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

interface Waiting {
  readonly requests: Set<IncomingMessage>
  afterwards: (() => void) | undefined
}

const connections = new WeakMap<Socket, Waiting>()

export function beginAnswer(request: IncomingMessage): void {
  const waiting = connections.get(request.socket)
  if (waiting === undefined) connections.set(request.socket, { requests: new Set([request]), afterwards: undefined })
  else waiting.requests.add(request)
}

export function endAnswer(request: IncomingMessage): void {
  const waiting = connections.get(request.socket)
  if (waiting === undefined) return
  waiting.requests.delete(request)
  if (hasWhole(waiting)) return
  waiting.afterwards?.()
  waiting.afterwards = undefined
}

/** Calls back once nothing that arrived whole waits for its answer; of several only the first one counts. */
export function afterAnswers(socket: Socket, callback: () => void): void {
  const waiting = connections.get(socket)
  if (waiting === undefined || !hasWhole(waiting)) return callback()
  waiting.afterwards ??= callback
}

/** One that broke off in its body is answered by the refusal itself. */
function hasWhole({ requests }: Waiting): boolean {
  return [...requests].some((request) => request.complete)
}
