/** A reader that only notes which message came when: every frame is looked through, none is parsed. */

import type { Socket } from 'node:net'
import { ChunkedBody } from '../../faults/kit/chunked-body.ts'
import { numberIn } from './lean-connection.ts'
import { hostOf, openSocket, type Address } from './open-socket.ts'

export interface CountingStreamOptions extends Address {
  readonly path: string
  readonly token: string
  /** Of ids, as in `idOf`. */
  readonly run: string
  readonly onMessage: (n: number) => void
}

/** Resolves once the server has greeted. */
export function openCountingStream(options: CountingStreamOptions): Promise<Socket> {
  const { path, token, run, onMessage } = options
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = openSocket(options)
  // Of the change the top-level id alone, and once: the message in its payload carries the id again.
  const marker = `"messageId":"${run}`
  let tail = ''
  // Our own server never splits a frame into two chunks, a proxy does.
  const body = options.tls === undefined ? undefined : new ChunkedBody()
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: ${hostOf(options)}\r\nAuthorization: Bearer ${token}\r\nAccept: text/event-stream\r\n\r\n`,
  )
  socket.on('data', (bytes: Buffer) => {
    const chunk = (body?.push(bytes) ?? bytes).toString('latin1')
    const text = tail === '' ? chunk : tail + chunk
    if (text.includes('event: hello')) resolve(socket)
    let from = 0
    for (let at = text.indexOf(marker); at !== -1 && at + 49 <= text.length; at = text.indexOf(marker, from)) {
      onMessage(numberIn(text.slice(at + 13, at + 49)))
      from = at + 49
    }
    // A marker, or the id behind it, may be split between two packets.
    tail = text.slice(Math.max(from, text.length - 48))
  })
  socket.once('error', reject)
  return promise
}
