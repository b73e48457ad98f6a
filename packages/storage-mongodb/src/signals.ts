/**
 * What the processes of a site tell each other and nobody keeps (DL9): a document a process and moment, which the others
 * see come by. What is in the way of it is lost.
 */

import { randomUUID } from 'node:crypto'
import type { Signal } from '@suda/protocol'
import type { Db, Document } from 'mongodb'
import type { SignalsDocument } from './documents.ts'
import { parseSignals } from './parse-signals.ts'

/** A process writes no more often than this. */
const PAUSE_MS = 250
/** Told at once; 64 KB at most. */
const MOST = 400
/** What took longer is over: a change stream that was opened again tells what happened meanwhile. */
const OLDEST_MS = 10_000

export interface SignalsOptions {
  readonly db: Db
  /** This process, whose own signals are not told to itself. */
  readonly nodeId: string
  readonly pauseMs?: number
}

export class Signals {
  readonly #options: SignalsOptions
  /** Somebody who types on is one entry. */
  #waiting = new Map<string, Signal>()
  #isBusy = false
  #callback: (signals: readonly Signal[]) => void = () => {}

  constructor(options: SignalsOptions) {
    this.#options = options
  }

  /** Tells the others, soon. */
  tell(signal: Signal): void {
    const key = `${signal.kind} ${signal.roomId} ${signal.userId}`
    if (this.#waiting.size >= MOST && !this.#waiting.has(key)) return
    this.#waiting.set(key, signal)
    if (!this.#isBusy) void this.#send()
  }

  /** Calls back with what others told. */
  onTold(callback: (signals: readonly Signal[]) => void): void {
    this.#callback = callback
  }

  /** What was inserted into `signals`. */
  take(documents: readonly Document[]): void {
    for (const { at, node, signals } of documents) {
      const isOver = !(at instanceof Date) || Date.now() - at.getTime() > OLDEST_MS
      if (isOver || node === this.#options.nodeId) continue
      const told = parseSignals(signals, MOST)
      if (told.length > 0) this.#callback(told)
    }
  }

  /** The first at once, and what comes meanwhile together. */
  async #send(): Promise<void> {
    const { db, nodeId, pauseMs = PAUSE_MS } = this.#options
    this.#isBusy = true
    while (this.#waiting.size > 0) {
      const pause = new Promise((resolve) => setTimeout(resolve, pauseMs).unref())
      const signals = [...this.#waiting.values()]
      this.#waiting = new Map()
      const document = { _id: randomUUID(), node: nodeId, at: new Date(), signals }
      const written = db.collection<SignalsDocument>('signals').insertOne(document, { writeConcern: { w: 1 } })
      await Promise.all([written.catch(() => {}), pause])
    }
    this.#isBusy = false
  }
}
