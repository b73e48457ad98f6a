/** The main thread's end of the reader. The thread starts with the first read, and anew if it died. */

import { TrimmedError } from '@suda/core/storage'
import { ChatError } from '@suda/protocol'
import type { Worker } from 'node:worker_threads'
import type { HeavyAnswer, HeavyArguments, HeavyName, ReadReply, ReadRequest } from './heavy-reads.ts'
import { startThread } from './start-thread.ts'

interface Waiting {
  // The reader answers what was asked: the type of the answer is that of the name.
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
    worker.on('message', (reply: ReadReply) => this.#settle(reply))
    worker.on('error', (error) => (reason = error.message))
    worker.on('exit', () => this.#lost(reason))
    return worker
  }

  #settle(reply: ReadReply): void {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('failed' in reply) waiting?.reject(new Error(reply.failed))
    else if ('firstPosition' in reply) waiting?.reject(new TrimmedError(reply.firstPosition))
    else waiting?.resolve(answerOf(reply))
  }

  #lost(reason: string): void {
    this.#worker = undefined
    const waiting = [...this.#waiting.values()]
    this.#waiting.clear()
    for (const { reject } of waiting) reject(new ChatError('unavailable', undefined, { cause: new Error(reason) }))
  }
}

function answerOf(reply: { readonly answer: unknown }): never {
  return reply.answer as never
}
