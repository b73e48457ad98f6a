/** How events become bytes on one kind of stream. */

import type { CommittedChange } from '@suda/protocol'

export type EventName = 'hello' | 'heartbeat' | 'reset' | 'bye' | 'signal'

/** A cursor to resume from; `null` makes the client forget the one that it keeps; absent leaves that as it is. */
export type EventId = string | null | undefined

/**
 * Each method answers undefined for what this kind of stream does not tell. The buffers are shared by all streams of the
 * shape and must never be altered (DL10).
 */
export interface Shape {
  /** Two shapes of one name encode alike: it is the key under which encoded frames are kept. */
  readonly name: string
  encode(change: CommittedChange, cursor: string): Buffer | undefined
  /** @param data one line of JSON (DL4) */
  encodeEvent(name: EventName, data: string, id: EventId): Buffer | undefined
  encodeRetry(retryMs: number): Buffer | undefined
  /** 2 KB of nothing, where something on the way may hold back the first bytes. */
  encodePadding(): Buffer | undefined
}

/** The same with every buffer an HTTP/1.1 chunk, to be written to the socket itself (DL10). */
export function chunked(shape: Shape): Shape {
  return {
    name: `${shape.name}+chunked`,
    encode: (change, cursor) => toChunk(shape.encode(change, cursor)),
    encodeEvent: (name, data, id) => toChunk(shape.encodeEvent(name, data, id)),
    encodeRetry: (retryMs) => toChunk(shape.encodeRetry(retryMs)),
    encodePadding: () => toChunk(shape.encodePadding()),
  }
}

/** What closes a chunked body, after the last frame. */
export const LAST_CHUNK: Buffer = Buffer.from('0\r\n\r\n')

/** An empty chunk would end the body, so nothing stays nothing. */
export function toChunk(bytes: Buffer | undefined): Buffer | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined
  const head = `${bytes.length.toString(16)}\r\n`
  const chunk = Buffer.allocUnsafe(head.length + bytes.length + 2)
  chunk.write(head, 0, 'latin1')
  bytes.copy(chunk, head.length)
  chunk.write('\r\n', head.length + bytes.length, 'latin1')
  return chunk
}
