/** Where the bytes of one stream go. */

/**
 * Made by the server over a socket whose headers were flushed. Such a socket is never used for another request (DL10).
 * No method may throw, also not after the connection is gone.
 */
export interface Sink {
  /** Takes all of it, in order; the buffer is shared and must not be altered. */
  write(bytes: Buffer): void
  /** Bytes that were written and are still in this process. */
  readonly bufferedBytes: number
  /** Sends what was written and closes. A chunked body needs its last chunk, which is the sink's work. */
  end(): void
  /** Closes at once. */
  destroy(): void
  /** Calls back whenever nothing is left to send after something had been. */
  onDrain(callback: () => void): void
  /** Calls back once, when the connection is gone for whatever reason. */
  onClose(callback: () => void): void
}
