/** The main thread's end of the inbox: has each row posted, one after the other, and says what became of it. */

import type { Worker } from 'node:worker_threads'
import type { FromInbox, InboxOutcome, InboxRow, ToInbox } from './inbox-messages.ts'
import { startThread } from './start-thread.ts'

/**
 * Posts a row by the ordinary command, with `source: {source: 'inbox', sourceId: row.sourceId}` in its draft. Rejecting
 * means that it could not be tried now: it comes again.
 */
export type PostRow = (row: InboxRow) => Promise<{ posted: true } | { error: string }>

const RESTART_MS = 1_000

export class Inbox {
  readonly #path: string
  readonly #onNotice: (line: string) => void
  #worker: Worker | undefined
  #restart: NodeJS.Timeout | undefined
  #posting: Promise<void> = Promise.resolve()
  #isClosed = false

  constructor(path: string, onNotice: (line: string) => void) {
    this.#path = path
    this.#onNotice = onNotice
  }

  /** From now on every row is posted, those that wait already first. Resolves once the file is there to be written to. */
  start(post: PostRow): Promise<void> {
    if (this.#worker !== undefined || this.#isClosed) return Promise.resolve()
    const worker = startThread('inbox-thread', { path: this.#path })
    this.#worker = worker
    return new Promise((resolve) => {
      worker.on('message', (message: FromInbox) => {
        if (message.type === 'looked') resolve()
        else if (message.type === 'notice') this.#onNotice(message.line)
        else this.#posting = this.#postAll(message.rows, post)
      })
      worker.on('error', (error: Error) =>
        this.#onNotice(`the inbox thread died and is started again: ${error.message}`),
      )
      worker.on('exit', () => {
        this.#lost(post)
        resolve()
      })
    })
  }

  /** What was begun is finished. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#restart)
    await this.#posting
    const worker = this.#worker
    if (worker === undefined) return
    await new Promise<void>((resolve) => {
      worker.on('exit', () => resolve())
      this.#tell({ type: 'close' })
    })
  }

  async #postAll(rows: readonly InboxRow[], post: PostRow): Promise<void> {
    const outcomes: InboxOutcome[] = []
    try {
      for (const row of rows) if (!this.#isClosed) outcomes.push({ id: row.id, ...(await post(row)) })
    } catch (error) {
      // The order of the rows is the order of the messages, so those behind it wait as well.
      if (!this.#isClosed) this.#onNotice(`the inbox waits: ${error instanceof Error ? error.message : String(error)}`)
    }
    this.#tell({ type: 'outcomes', outcomes, rows: rows.length })
  }

  #tell(message: ToInbox): void {
    this.#worker?.postMessage(message)
  }

  #lost(post: PostRow): void {
    this.#worker = undefined
    if (!this.#isClosed) this.#restart = setTimeout(() => void this.start(post), RESTART_MS)
  }
}
