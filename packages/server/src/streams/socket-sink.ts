/**
 * A stream straight on its socket: whole chunks that were made once for all readers, past Node's response (DL10). Such a
 * socket is never used for another request.
 */

import type { Sink } from '@suda/hub'
import { LAST_CHUNK } from '@suda/hub'
import { ChatError } from '@suda/protocol'
import type { FastifyReply } from 'fastify'
import type { Socket } from 'node:net'
import { endAnswer } from '../unanswered.ts'

export interface Opened {
  readonly sink: Sink
  /** Whether what is written must come in chunks; HTTP/1.0 knows none. */
  readonly isChunked: boolean
}

/** Sockets that carry a stream; nothing else may write to them, not even a refusal. */
const taken = new WeakSet<Socket>()

export function carriesStream(socket: Socket): boolean {
  return taken.has(socket)
}

/**
 * A request that was sent behind another one on the same connection has to wait for its turn, and a stream's never ends.
 * @throws ChatError `malformed`
 */
export function assertOwnTurn(reply: FastifyReply): void {
  if (!hasOwnTurn(reply)) throw new ChatError('malformed', 'A stream needs a connection of its own.')
}

export const hasOwnTurn = ({ raw, request }: FastifyReply): boolean => raw.socket === request.raw.socket

/** Sends the headers at once and takes the socket over. */
export function openStream(reply: FastifyReply, headers: Readonly<Record<string, string>>): Opened {
  reply.hijack()
  const { raw, request } = reply
  const isChunked = request.raw.httpVersionMinor > 0
  void reply.headers({ ...headers, connection: 'close' })
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.flushHeaders()
  taken.add(request.raw.socket)
  // Its answer has no end that is worth waiting for.
  endAnswer(request.raw)
  return { sink: new SocketSink(request.raw.socket, isChunked ? LAST_CHUNK : undefined), isChunked }
}

class SocketSink implements Sink {
  readonly #socket: Socket
  readonly #last: Buffer | undefined
  #isOver = false

  constructor(socket: Socket, last: Buffer | undefined) {
    this.#socket = socket
    this.#last = last
    // A connection that breaks is no error of ours, and `close` follows.
    socket.on('error', () => {})
  }

  write(bytes: Buffer): void {
    if (!this.#isOver && this.#socket.writable) this.#socket.write(bytes)
  }

  get bufferedBytes(): number {
    return this.#socket.writableLength
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    if (!this.#socket.writable) this.#socket.destroy()
    else if (this.#last === undefined) this.#socket.end()
    else this.#socket.end(this.#last)
  }

  destroy(): void {
    this.#isOver = true
    this.#socket.destroy()
  }

  onDrain(callback: () => void): void {
    this.#socket.on('drain', callback)
  }

  onClose(callback: () => void): void {
    if (this.#socket.destroyed) queueMicrotask(callback)
    else this.#socket.once('close', callback)
  }
}
