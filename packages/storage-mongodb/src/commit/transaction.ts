/** One transaction with a whole group of commands in it. */

import type { Committed, Draft } from '@suda/core/storage'
import { ChatError } from '@suda/protocol'
import { MongoError, type ClientSession } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { LogDocument } from '../documents.ts'
import { runCommit, type End } from '../write/run-commit.ts'
import type { Group } from './group.ts'
import type { HotDocuments } from './hot-documents.ts'
import { prefetch } from './prefetch.ts'
import type { CommitRequest } from './requests.ts'
import { WorkingSet } from './working-set.ts'

export type Outcome = { readonly committed: Committed } | { readonly error: Error }

export interface Attempt {
  readonly outcomes: readonly Outcome[]
  readonly erases: boolean
  /** Where the log ends now. */
  readonly position: number
}

/** A transaction of which nobody knows whether it was stored: its first change is proof. */
export interface Doubt {
  /** Of the transaction, as its changes have it. */
  readonly name: string
  readonly firstPosition: number
  readonly attempt: Attempt
}

export const TRANSACTION = {
  readConcern: { level: 'snapshot' },
  readPreference: 'primary',
  writeConcern: { w: 'majority', journal: true, wtimeoutMS: 10_000 },
} as const

/**
 * Takes the turn: nobody else's transaction writes to the log between here and the end of this one, so what is read now
 * is true at the commit, and positions are dense.
 */
export async function takeTurn(db: Collections): Promise<LogDocument> {
  const log = await db
    .of('log')
    .findOneAndUpdate({ _id: 'log' }, { $inc: { turn: 1 } }, { ...db.options, returnDocument: 'after' })
  if (log === null) throw new Error('the database has no log')
  return log
}

interface GroupOptions {
  readonly session: ClientSession
  /** Outside of the transaction. */
  readonly db: Collections
  readonly hot: HotDocuments
  /** Of the transaction. */
  readonly name: string
  readonly doubt: Doubt | undefined
  /** See `WorkingSet`. */
  readonly trustsNewIds: boolean
}

export interface Prepared {
  readonly attempt: Attempt
  readonly docs: WorkingSet
  readonly firstPosition: number
  /** It was stored by the transaction that was in doubt: there is nothing to write. */
  readonly isStored: boolean
}

/** Everything up to the commit. @throws what the driver throws; the transaction is to be aborted then */
export async function prepare(group: Group, options: GroupOptions): Promise<Prepared> {
  const { doubt, name, hot, trustsNewIds } = options
  const db = options.db.within(options.session)
  const log = await takeTurn(db)
  hot.startAt(log.position)
  const docs = new WorkingSet({ db, hot, trustsNewIds })
  const firstPosition = log.position + 1
  if (doubt !== undefined && (await wasStored(doubt, docs)))
    return { attempt: doubt.attempt, docs, firstPosition, isStored: true }
  docs.know('log', log)
  const requests = group.take()
  await prefetch(requests, docs)
  const attempt = await runGroup(requests, { docs, group: name, end: { position: log.position, at: log.at } })
  if (attempt.position > log.position) docs.replace('log', { ...log, position: attempt.position, at: attempt.endAt })
  await docs.flush()
  return { attempt, docs, firstPosition, isStored: false }
}

async function wasStored({ firstPosition, name }: Doubt, docs: WorkingSet): Promise<boolean> {
  return (await docs.get('changes', firstPosition))?.group === name
}

interface Running {
  readonly docs: WorkingSet
  readonly group: string
  readonly end: End
}

async function runGroup(
  requests: readonly CommitRequest[],
  running: Running,
): Promise<Attempt & { readonly endAt: Date }> {
  const outcomes: Outcome[] = []
  let erases = false
  for (const request of requests) {
    const one = await runOne(request, running)
    outcomes.push(one.outcome)
    erases ||= one.erases
  }
  return { outcomes, erases, position: running.end.position, endAt: running.end.at }
}

/** @throws what ended the whole transaction */
async function runOne(
  { drafts, options }: CommitRequest,
  { docs, end, group }: Running,
): Promise<{ outcome: Outcome; erases: boolean }> {
  const before = { mark: docs.mark(), end: { ...end } }
  try {
    const { committed, erases } = await runCommit(drafts, options, { docs, end, group })
    return { outcome: { committed }, erases }
  } catch (error) {
    if (error instanceof MongoError) throw error
    docs.undoTo(before.mark)
    Object.assign(end, before.end)
    if (docs.trustsNewIds && (await isKnown(drafts, docs))) throw new MistrustError()
    return { outcome: { error: asError(error) }, erases: false }
  }
}

// What was refused may be a message that comes again, which is to be answered before anything else is asked.
async function isKnown(drafts: readonly Draft[], docs: WorkingSet): Promise<boolean> {
  for (const draft of drafts)
    if (draft.type === 'message.posted' && (await docs.get('messages', draft.messageId)) !== undefined) return true
  return false
}

/** An id was taken for new that is not: the group is to be run again, looking first. */
export class MistrustError extends Error {}

/** What is no `ChatError` is a bug, and is told as it is. */
function asError(error: unknown): Error {
  return error instanceof ChatError || error instanceof Error ? error : new Error(String(error))
}
