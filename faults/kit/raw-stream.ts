/** One connection to a stream, byte by byte: nothing between the test and the socket retries, buffers or closes. */

import { connect, type Socket } from 'node:net'
import { StringDecoder } from 'node:string_decoder'
import { connect as connectTls } from 'node:tls'
import { createParser, type EventSourceMessage } from 'eventsource-parser'
import { ChunkedBody } from './chunked-body.ts'

export interface Tls {
  /** The name that is asked for. */
  readonly host: string
  /** Who is trusted to know it. */
  readonly ca: string
}

export interface RawStreamOptions {
  readonly port: number
  /** Through a proxy that ends TLS. */
  readonly tls?: Tls
  /** With its query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly onEvent?: (event: EventSourceMessage) => void
  readonly onRetry?: (ms: number) => void
  readonly onComment?: (comment: string) => void
  /** The body as text, for formats other than SSE. */
  readonly onText?: (text: string) => void
  /** The body as it is, where decoding it would cost too much. */
  readonly onBody?: (bytes: Buffer) => void
  readonly onBytes?: (count: number) => void
  /** Called once, however the connection ended. */
  readonly onEnd?: () => void
}

export interface RawStream {
  readonly socket: Socket
  readonly body: ChunkedBody
}

export function openRawStream(options: RawStreamOptions): RawStream {
  const { port, path, headers = {}, onBody, onBytes, onEnd, onText, tls } = options
  const body = new ChunkedBody()
  const decoder = new StringDecoder('utf8')
  const parser = parserFor(options)
  const socket = openSocket(port, tls)
  const all = tls === undefined ? { host: `127.0.0.1:${port}` } : { host: `${tls.host}:${port}`, connection: 'close' }
  const lines = Object.entries({ ...all, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  socket.on('data', (bytes: Buffer) => {
    onBytes?.(bytes.length)
    const part = body.push(bytes)
    onBody?.(part)
    if (onText !== undefined || parser !== undefined) {
      const text = decoder.write(part)
      onText?.(text)
      parser?.feed(text)
    }
    if (body.isComplete) socket.destroy()
  })
  socket.on('end', () => socket.destroy())
  socket.on('error', () => undefined) // 'close' follows
  socket.once('close', () => onEnd?.())
  return { socket, body }
}

function openSocket(port: number, tls: Tls | undefined): Socket {
  const options = { host: '127.0.0.1', port, noDelay: true }
  return tls === undefined ? connect(options) : connectTls({ ...options, servername: tls.host, ca: tls.ca })
}

function parserFor({ onEvent, onRetry, onComment }: RawStreamOptions) {
  if (onEvent === undefined) return undefined
  return createParser({
    onEvent,
    ...(onRetry !== undefined && { onRetry }),
    ...(onComment !== undefined && { onComment }),
  })
}
