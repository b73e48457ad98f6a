/** The main thread's end of the reader. The thread starts with the first read, and anew if it died. */

import { TrimmedError } from '@suda/core/storage'
import { ChatError } from '@suda/protocol'
import type { Worker } from 'node:worker_threads'
import type { HeavyAnswer, HeavyArguments, HeavyName, ReadReply, ReadRequest } from './heavy-reads.ts'
import { startThread } from './start-thread.ts'

// The reader answers what was asked: the type of an answer is that of the name which was waited for.
type Reply = Exclude<ReadReply, { readonly answer: unknown }> | { readonly id: number; readonly answer: never }

interface Waiting {
  readonly resolve: (answer: never) => void
  readonly reject: (error: Error) => void
}

export class ReaderClient {
  readonly #database: string
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #id = 0

  constructor(database: string) {
    this.#database = database
  }

  /** @throws ChatError `unavailable` if the reader died over it; TrimmedError as the log says */
  read<Name extends HeavyName>(name: Name, ...values: HeavyArguments<Name>): Promise<HeavyAnswer<Name>> {
    return new Promise<HeavyAnswer<Name>>((resolve, reject) => {
      const request: ReadRequest = { id: ++this.#id, name, values }
      this.#waiting.set(request.id, { resolve, reject })
      this.#worker ??= this.#start()
      this.#worker.postMessage(request)
    })
  }

  /** Reads that were asked for are answered before. */
  close(): Promise<void> {
    const worker = this.#worker
    if (worker === undefined) return Promise.resolve()
    return new Promise((resolve) => {
      worker.on('exit', () => resolve())
      worker.postMessage('close')
    })
  }

  #start(): Worker {
    const worker = startThread('reader', { database: this.#database })
    let reason = 'the reader thread ended'
    worker.on('message', (reply: Reply) => this.#settle(reply))
    worker.on('error', (error: Error) => (reason = error.message))
    worker.on('exit', () => this.#lost(reason))
    return worker
  }

  #settle(reply: Reply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('failed' in reply) waiting?.reject(new Error(reply.failed))
    else if ('refused' in reply) waiting?.reject(new ChatError(reply.refused, reply.detail))
    else if ('firstPosition' in reply) waiting?.reject(new TrimmedError(reply.firstPosition))
    else waiting?.resolve(reply.answer)
  }

  #lost(reason: string): void {
    this.#worker = undefined
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(new ChatError('unavailable', undefined, { cause: new Error(reason) }))
  }
}
