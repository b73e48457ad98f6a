/**
 * A keep-alive HTTP connection that posts messages and does next to nothing else: the load generator shares two cores
 * with the server, so whatever it costs is taken from what is measured.
 */

import type { Socket } from 'node:net'
import { hostOf, openSocket, type Address } from './open-socket.ts'

export interface Target extends Address {
  readonly path: string
  readonly token: string
  /** Its length is the same in every request, so that everything but the id is built once. */
  readonly text: string
}

/** Makes ids of one run: the number can be read back from the id. */
export const idOf = (run: string, n: number): string => `${run}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`

/** @returns the number in an id */
export const numberIn = (id: string): number => Number.parseInt(id.slice(24), 16)

export class LeanConnection {
  readonly #socket: Socket
  readonly #before: string
  readonly #after: string
  #pending = ''
  #settle: ((status: number) => void) | undefined

  private constructor(socket: Socket, target: Target) {
    const { path, token, text } = target
    this.#socket = socket
    this.#after = `","text":${JSON.stringify(text)}}`
    const length = '{"id":"'.length + 36 + this.#after.length
    this.#before =
      `POST ${path} HTTP/1.1\r\nHost: ${hostOf(target)}\r\nAuthorization: Bearer ${token}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${length}\r\n\r\n{"id":"`
    socket.setEncoding('latin1')
    socket.on('data', (text_: string) => this.#take(text_))
    socket.on('close', () => this.#settle?.(0))
    socket.on('error', () => undefined)
  }

  static open(target: Target): Promise<LeanConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<LeanConnection>()
    const socket = openSocket(target)
    socket.once('connect', () => resolve(new LeanConnection(socket, target)))
    socket.once('error', reject)
    return promise
  }

  /** One request at a time. `onAnswer` gets the status, 0 if the connection was closed. */
  post(id: string, onAnswer: (status: number) => void): void {
    this.#settle = onAnswer
    this.#socket.write(this.#before + id + this.#after, 'latin1')
  }

  close(): void {
    this.#settle = undefined
    this.#socket.destroy()
  }

  #take(text: string): void {
    this.#pending = this.#pending === '' ? text : this.#pending + text
    const headEnd = this.#pending.indexOf('\r\n\r\n')
    if (headEnd === -1) return
    const length = /content-length: (\d+)/i.exec(this.#pending.slice(0, headEnd))?.[1]
    if (length === undefined) throw new Error('an answer without a length')
    if (this.#pending.length < headEnd + 4 + Number(length)) return
    const status = Number(this.#pending.slice(9, 12))
    this.#pending = ''
    this.#settle?.(status)
  }
}
