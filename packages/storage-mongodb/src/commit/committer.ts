/**
 * The one way in which this process writes: commands wait for the transaction that runs, and go together into the next.
 * A transaction that failed for a passing reason is tried again until its commands have waited long enough.
 */

import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { CommitOptions, Committed, Draft, StorageStatus } from '@suda/core/storage'
import { ChatError } from '@suda/protocol'
import type { ClientSession } from 'mongodb'
import type { Collections } from '../collections.ts'
import { codeOf, isDuplicate, isTransient, isUnknown, unavailable } from '../driver-error.ts'
import { HotDocuments } from './hot-documents.ts'
import { bytesOf, type CommitRequest } from './requests.ts'
import { prepare, TRANSACTION, type Attempt, type Doubt, type Outcome } from './transaction.ts'

const MOST_COMMANDS = 100
const MOST_BYTES = 1_000_000
const FIRST_PAUSE_MS = 2
const LONGEST_PAUSE_MS = 250

export interface CommitterOptions {
  readonly db: Collections
  /** How long a command may wait before it is told that nobody knows. */
  readonly patienceMs: number
  /** Told after a room was deleted. */
  readonly onErases: () => void
}

export class Committer {
  readonly #options: CommitterOptions
  readonly #hot = new HotDocuments()
  readonly #commits = { groups: 0, commands: 0, seconds: 0 }
  #waiting: CommitRequest[] = []
  #running: Promise<void> | undefined
  #session: ClientSession | undefined
  #fault: StorageStatus['fault']
  #isClosed = false

  constructor(options: CommitterOptions) {
    this.#options = options
  }

  get status(): Pick<StorageStatus, 'commits' | 'fault'> {
    return { commits: { ...this.#commits }, ...(this.#fault !== undefined && { fault: this.#fault }) }
  }

  commit(drafts: readonly Draft[], options: CommitOptions): Promise<Committed> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(unavailable(new Error('the storage is closed')))
      const deadline = performance.now() + this.#options.patienceMs
      this.#waiting.push({ drafts, options, resolve, reject, deadline })
      this.#running ??= this.#run()
    })
  }

  /** Whether something can be written again: asked while nobody commits. */
  cleared(): void {
    if (this.#running === undefined) this.#fault = undefined
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
    await this.#session?.endSession()
  }

  // Begins a turn later, so that commands of the same turn go together.
  async #run(): Promise<void> {
    await new Promise(setImmediate)
    while (this.#waiting.length > 0) await this.#runGroup(this.#takeGroup())
    this.#running = undefined
  }

  #takeGroup(): CommitRequest[] {
    let bytes = 0
    let count = 0
    for (const request of this.#waiting.slice(0, MOST_COMMANDS)) {
      bytes += bytesOf(request)
      if (count > 0 && bytes > MOST_BYTES) break
      count++
    }
    return this.#waiting.splice(0, count)
  }

  /** Never rejects: every request is settled. */
  async #runGroup(requests: readonly CommitRequest[]): Promise<void> {
    const beganAt = performance.now()
    const outcomes = await this.#outcomesOf(requests)
    this.#commits.groups++
    this.#commits.commands += requests.length
    this.#commits.seconds += (performance.now() - beganAt) / 1_000
    requests.forEach((request, index) => settle(request, outcomes[index]))
  }

  async #outcomesOf(requests: readonly CommitRequest[]): Promise<readonly Outcome[]> {
    let doubt: Doubt | undefined
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const tried = await this.#try(requests, doubt)
      if ('attempt' in tried) return this.#succeeded(tried.attempt)
      if (isDuplicate(tried.error)) return this.#oneByOne(requests, tried.error)
      if (!isPassing(tried.error) || isOver(requests)) return this.#failed(requests, tried.error)
      doubt = tried.doubt
      await wait(pauseMs * (0.5 + Math.random()))
    }
  }

  /** @returns what was stored, or why nothing is known to be. One without changes leaves no trace, and may run twice. */
  async #try(
    requests: readonly CommitRequest[],
    doubt: Doubt | undefined,
  ): Promise<{ attempt: Attempt } | { error: unknown; doubt: Doubt | undefined }> {
    const { db } = this.#options
    const group = randomUUID()
    let committing: Doubt | undefined
    try {
      const session = this.#openSession()
      session.startTransaction(TRANSACTION)
      const { attempt, docs, firstPosition, isStored } = await prepare(requests, {
        session,
        group,
        doubt,
        db,
        hot: this.#hot,
      })
      if (isStored) await session.abortTransaction()
      else {
        committing = { group, firstPosition, attempt }
        await session.commitTransaction()
        docs.keepHot(attempt.position)
      }
      return { attempt }
    } catch (error) {
      await this.#dropSession()
      this.#hot.clear()
      // What was in doubt before stays so until a transaction had its turn after it.
      return { error, doubt: committing === undefined ? doubt : isUnknown(error) ? committing : undefined }
    }
  }

  // One of them is in the way of a unique index, and the transaction does not say which.
  async #oneByOne(requests: readonly CommitRequest[], error: unknown): Promise<readonly Outcome[]> {
    if (requests.length === 1) return [{ error: new ChatError(codeOf(error) ?? 'internal', undefined, { cause: error }) }]
    const outcomes: Outcome[] = []
    for (const request of requests) outcomes.push(...(await this.#outcomesOf([request])))
    return outcomes
  }

  #succeeded({ erases, outcomes }: Attempt): readonly Outcome[] {
    this.#fault = undefined
    if (erases) this.#options.onErases()
    return outcomes
  }

  #failed(requests: readonly CommitRequest[], cause: unknown): readonly Outcome[] {
    const code = codeOf(cause)
    const error = code === undefined ? asError(cause) : new ChatError(code, undefined, { cause })
    if (code === 'storage_full' || code === 'unavailable') this.#fault = code
    return requests.map(() => ({ error }))
  }

  #openSession(): ClientSession {
    this.#session ??= this.#options.db.client.startSession({ causalConsistency: false })
    return this.#session
  }

  async #dropSession(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    await session?.endSession() // aborts what is open, and never rejects
  }
}

/** The whole group waits as long as its most patient command: what is answered is answered for all. */
function isOver(requests: readonly CommitRequest[]): boolean {
  const now = performance.now()
  return requests.every(({ deadline }) => deadline <= now)
}

function isPassing(error: unknown): boolean {
  return isTransient(error) || isUnknown(error) || codeOf(error) === 'unavailable'
}

function settle({ resolve, reject }: CommitRequest, outcome: Outcome | undefined): void {
  if (outcome === undefined) reject(new Error('a command was left without an answer'))
  else if ('committed' in outcome) resolve(outcome.committed)
  else reject(outcome.error)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}
