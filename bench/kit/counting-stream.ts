/** A reader that only notes which message came when: every frame is looked through, none is parsed. */

import { connect, type Socket } from 'node:net'
import { numberIn } from './lean-connection.ts'

export interface CountingStreamOptions {
  readonly port: number
  readonly path: string
  readonly token: string
  /** Of ids, as in `idOf`. */
  readonly run: string
  readonly onMessage: (n: number) => void
}

/** Resolves once the server has greeted. */
export function openCountingStream({ port, path, token, run, onMessage }: CountingStreamOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  // Of the change the top-level id alone, and once: the message in its payload carries the id again.
  const marker = `"messageId":"${run}`
  let tail = ''
  socket.setEncoding('latin1')
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\nAccept: text/event-stream\r\n\r\n`,
  )
  socket.on('data', (chunk: string) => {
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
