/**
 * The session of a process's transactions. A transaction whose process is gone, or lost its connection, keeps its turn
 * until the server gives it up after a minute (transactionLifetimeLimitSeconds), and nobody can write meanwhile. So
 * its id stands in the collection `writers`, and whoever waits in vain can end it.
 * https://www.mongodb.com/docs/manual/reference/command/killSessions/
 */

import { UUID, type ClientSession, type Collection } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { WriterDocument } from '../documents.ts'
import { filterOf } from '../where.ts'

/** As long as nobody holds the turn for this long, it is only crowded. A transaction takes milliseconds. */
const STUCK_MS = 3_000
/** How often those who wait look whether the turn was taken meanwhile. */
const LOOK_MS = 500

export class WriterSession {
  readonly #db: Collections
  readonly #writers: Collection<WriterDocument>
  #session: ClientSession | undefined
  #id: string | undefined
  #stuck: { readonly turn: number | undefined; readonly since: number; lookedAt: number } | undefined

  constructor(db: Collections) {
    this.#db = db
    this.#writers = db.db.collection<WriterDocument>('writers')
  }

  async open(): Promise<ClientSession> {
    if (this.#session !== undefined) return this.#session
    const session = this.#db.client.startSession({ causalConsistency: false })
    try {
      const id = session.id?.id
      if (id === undefined) throw new Error('the session has no id')
      await this.#register(id.toUUID().toString())
    } catch (error) {
      await session.endSession()
      throw error
    }
    this.#session = session
    return session
  }

  /** The transaction that is open in it. Never rejects. */
  async abort(): Promise<void> {
    if (this.#session?.inTransaction() === true) await this.#session.abortTransaction().catch(() => this.drop())
  }

  /** What was open in it is aborted, now or when somebody waits for it. Never rejects. */
  async drop(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.endSession()
  }

  /** So that it is not taken for one that is long gone; or, after a long sleep, so that its name stands there again. */
  async refresh(): Promise<void> {
    if (this.#id !== undefined) await this.#sign(this.#id)
  }

  /** To be called when the turn could not be had: ends whatever has held it for too long. */
  async conflicted(): Promise<void> {
    const now = performance.now()
    // Most turns are over before it is worth a look.
    this.#stuck ??= { turn: undefined, since: now, lookedAt: now }
    if (now - this.#stuck.lookedAt < LOOK_MS) return
    const turn = await this.#lastTurn()
    if (this.#stuck.turn !== turn) this.#stuck = { turn, since: now, lookedAt: now }
    this.#stuck.lookedAt = now
    if (now - this.#stuck.since < STUCK_MS) return
    this.#stuck = undefined
    await this.#endOthers()
  }

  hadTurn(): void {
    this.#stuck = undefined
  }

  async close(): Promise<void> {
    await this.drop()
    const id = this.#id
    this.#id = undefined // so that nobody signs it again
    if (id !== undefined) await this.#writers.deleteOne({ _id: id }).catch(() => undefined) // it expires
  }

  // Of what the primary has: where the others of the set are slow, turns are had all the same.
  async #lastTurn(): Promise<number> {
    const log = await this.#db.of('log').findOne(filterOf({ _id: 'log' }), { readConcern: { level: 'local' } })
    return log?.turn ?? 0
  }

  async #register(id: string): Promise<void> {
    if (id === this.#id) return
    await this.#sign(id)
    this.#id = id
  }

  // By the database's clock, which is also the one that lets it expire.
  async #sign(id: string): Promise<void> {
    await this.#writers.updateOne({ _id: id }, { $currentDate: { at: true } }, { upsert: true })
  }

  // One that is alive after all finds its transaction gone, and tries again.
  async #endOthers(): Promise<void> {
    const writers = await this.#writers.find().toArray()
    const others = writers.map(({ _id }) => _id).filter((id) => id !== this.#id)
    if (others.length === 0) return
    await this.#db.db.command({ killSessions: others.map((id) => ({ id: new UUID(id) })) })
  }
}
