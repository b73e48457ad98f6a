/** Gets a group of commands stored: a transaction that failed for a passing reason is tried again for as long as they wait. */

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { ChatError } from '@suda/protocol'
import { MongoError } from 'mongodb'
import type { Collections } from '../collections.ts'
import { asBug, codeOf, isDuplicate, isTransient, isUnknown } from '../driver-error.ts'
import { Group } from './group.ts'
import { HotDocuments } from './hot-documents.ts'
import { isForeign, type CommitRequest } from './requests.ts'
import { MistrustError, prepare, TRANSACTION, type Attempt, type Doubt, type Outcome } from './transaction.ts'
import { Turns } from './turns.ts'
import { WriterSession } from './writer-session.ts'

const FIRST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 250

/** Somebody else has the turn. */
const WRITE_CONFLICT = 112

type Written = { readonly attempt: Attempt } | { readonly failure: unknown }

interface Try {
  readonly trustsNewIds: boolean
  /** Of an earlier try: it may have been stored. */
  readonly doubt?: Doubt | undefined
}

export class GroupWriter {
  readonly #db: Collections
  readonly #hot = new HotDocuments()
  readonly #turns = new Turns()
  readonly #session: WriterSession
  /** Of the last try that failed: while one waits for the next. */
  #givingUp: Promise<void> = Promise.resolve()

  constructor(db: Collections) {
    this.#db = db
    this.#session = new WriterSession(db)
  }

  /** @returns what became of each; or why nothing of the whole group is known to be stored */
  async write(group: Group, trustsNewIds = true): Promise<Written> {
    let doubt: Doubt | undefined
    await this.#turns.whenPolite()
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const tried = await this.#try(group, { trustsNewIds, doubt })
      if ('attempt' in tried) return tried
      const { failure } = tried
      if (isDuplicate(failure) || failure instanceof MistrustError)
        return trustsNewIds ? this.write(group, false) : this.#oneByOne(group.take(), failure)
      // A bug is that of one of them.
      if (codeOf(failure) === undefined && group.take().length > 1) return this.#oneByOne(group.take(), failure)
      if (!isPassing(failure) || group.isOver()) return { failure }
      doubt = tried.doubt
      await this.#pause(failure, pauseMs)
    }
  }

  #pause(failure: unknown, pauseMs: number): Promise<void> {
    if (failure instanceof MongoError && failure.code === WRITE_CONFLICT) return this.#turns.whenWorthALook()
    return wait(pauseMs * (0.5 + Math.random()))
  }

  /** So that the others do not take this process for gone. */
  refresh(): Promise<void> {
    return this.#session.refresh()
  }

  async close(): Promise<void> {
    await this.#givingUp
    await this.#session.close()
  }

  /** A transaction without changes leaves no trace, so one that is in doubt may run twice. */
  async #try(
    group: Group,
    { doubt, trustsNewIds }: Try,
  ): Promise<{ attempt: Attempt } | { failure: unknown; doubt: Doubt | undefined }> {
    const name = randomUUID()
    const beganAt = performance.now()
    let committing: Doubt | undefined
    await this.#givingUp
    try {
      const session = await this.#session.open()
      session.startTransaction(TRANSACTION)
      const parts = { session, name, doubt, trustsNewIds, db: this.#db, hot: this.#hot }
      const { attempt, docs, firstPosition, isStored } = await prepare(group, parts)
      committing = isStored ? doubt : { name, firstPosition, attempt }
      // Also where it was stored before: what a transaction has read is known to a majority by its commit alone.
      await session.commitTransaction()
      if (!isStored) docs.keepHot(attempt.position)
      this.#session.hadTurn()
      this.#turns.had({ from: firstPosition, to: attempt.position, beganAt })
      return { attempt }
    } catch (failure) {
      this.#givingUp = this.#giveUp(failure)
      // However a commit failed, one look tells more than its error; and what was in doubt before stays so until a
      // transaction had its turn after it.
      return { failure, doubt: committing ?? doubt }
    }
  }

  // One of them is in the way of a unique index, or more than the database takes, and the transaction does not say which.
  async #oneByOne(requests: readonly CommitRequest[], failure: unknown): Promise<Written> {
    const [first, ...others] = requests
    if (first === undefined) return { failure }
    if (others.length === 0) return { attempt: refused(failure) }
    const attempts: Attempt[] = []
    // No foreign row overtakes one that failed, which comes again.
    let ofForeign: Attempt | undefined
    for (const request of requests) {
      const early = isForeign(request) ? ofForeign : undefined
      const written = early === undefined ? await this.write(new Group([request]), false) : { attempt: early }
      attempts.push('attempt' in written ? written.attempt : refused(written.failure))
      if ('failure' in written && isForeign(request)) ofForeign = refused(written.failure)
    }
    return { attempt: joined(attempts) }
  }

  // What cannot be aborted is gone with its connection, or ended by whoever waits for it.
  async #giveUp(failure: unknown): Promise<void> {
    if (!isTransient(failure)) return this.#session.drop()
    await this.#session.abort()
    await this.#session.conflicted().catch(() => undefined)
  }
}

function isPassing(failure: unknown): boolean {
  return isTransient(failure) || isUnknown(failure) || codeOf(failure) === 'unavailable'
}

function refused(failure: unknown): Attempt {
  const code = codeOf(failure)
  const error = code === undefined ? asBug(failure) : new ChatError(code, undefined, { cause: failure })
  return { outcomes: [{ error }], erases: false, position: 0 }
}

function joined(attempts: readonly Attempt[]): Attempt {
  const outcomes: Outcome[] = attempts.flatMap((attempt) => attempt.outcomes)
  return {
    outcomes,
    erases: attempts.some(({ erases }) => erases),
    position: Math.max(...attempts.map(({ position }) => position)),
  }
}
