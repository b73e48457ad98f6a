/** The one way in which this process writes: commands wait for the transaction that runs, and go together into the next. */

import type { CommitOptions, Committed, Draft, StorageStatus } from '@suda/core/storage'
import { ChatError } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import { asBug, codeOf, unavailable } from '../driver-error.ts'
import { Group } from './group.ts'
import { GroupWriter } from './group-writer.ts'
import { isForeign, type CommitRequest } from './requests.ts'
import type { Outcome } from './transaction.ts'

export interface CommitterOptions {
  readonly db: Collections
  /** How long a command may wait before it is told that nobody knows, ms. */
  readonly patienceMs: number
  /** Told after a room was deleted. */
  readonly onErases: () => void
}

export class Committer {
  readonly #options: CommitterOptions
  readonly #writer: GroupWriter
  readonly #commits = { groups: 0, commands: 0, seconds: 0 }
  readonly #waiting: CommitRequest[] = []
  #running: Promise<void> | undefined
  #fault: StorageStatus['fault']
  #isClosed = false

  constructor(options: CommitterOptions) {
    this.#options = options
    this.#writer = new GroupWriter(options.db)
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

  /** The database was reached by others: while nobody commits, that is all one can know. */
  async reached(): Promise<void> {
    if (this.#running === undefined) this.#fault = undefined
    await this.#writer.refresh()
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#running
    await this.#writer.close()
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) await this.#runGroup(new Group(this.#waiting))
    this.#running = undefined
  }

  /** Never rejects: every request is settled. */
  async #runGroup(group: Group): Promise<void> {
    const beganAt = performance.now()
    const outcomes = await this.#outcomesOf(group)
    const requests = group.take()
    this.#commits.groups++
    this.#commits.commands += requests.length
    this.#commits.seconds += (performance.now() - beganAt) / 1_000
    requests.forEach((request, index) => settle(request, outcomes[index]))
  }

  async #outcomesOf(group: Group): Promise<readonly Outcome[]> {
    const written = await this.#writer.write(group)
    if ('failure' in written) return this.#failed(group.take(), written.failure)
    this.#fault = undefined
    if (written.attempt.erases) this.#options.onErases()
    return written.attempt.outcomes
  }

  #failed(requests: readonly CommitRequest[], cause: unknown): readonly Outcome[] {
    const code = codeOf(cause)
    if (code === 'storage_full' || code === 'unavailable') this.#fault = code
    const error = code === undefined ? asBug(cause) : new ChatError(code, undefined, { cause })
    // Those behind are not to wait one after the other for what does not answer.
    const now = performance.now()
    const isLate = ({ deadline }: CommitRequest): boolean => code === 'unavailable' && deadline <= now
    const failed = [...requests, ...this.#waiting.filter(isLate)]
    this.#failWaiting(error, failed.some(isForeign) ? (request) => isForeign(request) || isLate(request) : isLate)
    return requests.map(() => ({ error }))
  }

  // No foreign row overtakes one that failed, which comes again.
  #failWaiting(error: Error, isDoomed: (request: CommitRequest) => boolean): void {
    const waiting = this.#waiting.splice(0)
    for (const request of waiting) {
      if (isDoomed(request)) request.reject(error)
      else this.#waiting.push(request)
    }
  }
}

function settle({ resolve, reject }: CommitRequest, outcome: Outcome | undefined): void {
  if (outcome === undefined) reject(new Error('a command was left without an answer'))
  else if ('committed' in outcome) resolve(outcome.committed)
  else reject(outcome.error)
}
