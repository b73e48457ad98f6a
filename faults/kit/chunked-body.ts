/** The body of an HTTP/1.1 answer taken from the raw bytes of a connection, so that a cut may fall anywhere. */

export class ChunkedBody {
  #pending: Buffer = Buffer.alloc(0)
  #inChunk = 0 // bytes of the present chunk still to come, its CRLF included
  #isLast = false
  /** Undefined until the head is complete. */
  status: number | undefined
  headers = ''
  isComplete = false

  /** Takes the next bytes of the connection and returns those of the body that became readable. */
  push(bytes: Buffer): Buffer {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes])
    if (this.status === undefined && !this.#takeHead()) return Buffer.alloc(0)
    if (!/transfer-encoding: chunked/i.test(this.headers)) return this.#take(this.#pending.length)
    const parts: Buffer[] = []
    while (!this.isComplete && (this.#inChunk > 0 || this.#takeSize())) {
      const part = this.#take(Math.min(this.#inChunk, this.#pending.length))
      // The last two bytes of a chunk are its CRLF.
      const dataLeft = Math.max(0, this.#inChunk - 2)
      parts.push(part.subarray(0, dataLeft))
      this.#inChunk -= part.length
      if (this.#inChunk > 0) break
      this.isComplete = this.#isLast
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  }

  #takeHead(): boolean {
    const end = this.#pending.indexOf('\r\n\r\n')
    if (end === -1) return false
    this.headers = this.#take(end + 4).toString('latin1')
    this.status = Number(/^HTTP\/1\.1 (\d{3})/.exec(this.headers)?.[1])
    return true
  }

  #takeSize(): boolean {
    const end = this.#pending.indexOf('\r\n')
    if (end === -1) return false
    const size = Number.parseInt(this.#take(end + 2).toString('latin1'), 16)
    this.#isLast = size === 0
    this.#inChunk = size + 2
    return true
  }

  #take(count: number): Buffer {
    const taken = this.#pending.subarray(0, count)
    this.#pending = this.#pending.subarray(count)
    return taken
  }
}
