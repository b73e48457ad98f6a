/** DL2a: what was taken back leaves the log, but its position stays. */

import { encodeChange } from '@suda/core/encode-change'
import { redactPosted, type Message } from '@suda/protocol'
import type { WorkingSet } from '../commit/working-set.ts'
import { retryId, type ChangeDocument } from '../documents.ts'
import { startsWith } from '../where.ts'
import { without } from '../without-document.ts'

/** Only position, time and transaction are left of it. */
export function voided({ _id, at, group }: Pick<ChangeDocument, '_id' | 'at' | 'group'>): ChangeDocument {
  const json = encodeChange({ position: _id, at: at.toISOString(), type: 'void', payload: {} })
  return { _id, at, type: 'void', audience: ['server'], group, json }
}

/** @returns the positions that were voided: those of older values under the key */
export async function voidKey(docs: WorkingSet, key: string): Promise<number[]> {
  const older = await docs.find('changes', { key })
  for (const change of older) await voidChange(docs, change)
  return older.map(({ _id }) => _id)
}

/**
 * The logged `message.posted` gets the message as it is now, earlier edits of it are voided.
 * @returns the positions concerned
 */
export async function takeBack(docs: WorkingSet, message: Message, postedAt: number): Promise<number[]> {
  const edited = await docs.find('changes', { editOf: message.id, type: 'message.edited' })
  for (const change of edited) await voidChange(docs, change)
  await forgetIdleAnswers(docs)
  const posted = await replacePosted(docs, message, postedAt)
  return [...posted, ...edited.map(({ _id }) => _id)]
}

/** Answers of requests that changed nothing: they may tell of anything. Each is looked at once. */
export async function forgetIdleAnswers(docs: WorkingSet): Promise<void> {
  for (const { _id } of await docs.find('retries', { isIdle: true })) await forgetAnswer(docs, _id)
}

/** The answers that one user was given. */
export async function forgetAnswersTo(docs: WorkingSet, userId: string): Promise<void> {
  for (const { _id } of await docs.find('retries', { _id: startsWith(retryId(userId, '')) }))
    await forgetAnswer(docs, _id)
}

// The answer kept for a retry may hold the same text, so it goes as well.
async function voidChange(docs: WorkingSet, change: ChangeDocument): Promise<void> {
  docs.replace('changes', voided(change))
  if (change.retryId !== undefined) await forgetAnswer(docs, change.retryId)
}

async function replacePosted(docs: WorkingSet, message: Message, position: number): Promise<number[]> {
  const posted = await docs.get('changes', position)
  if (posted?.type !== 'message.posted') return [] // trimmed
  docs.replace('changes', { ...posted, json: redactPosted(posted.json, message) })
  if (posted.retryId !== undefined) await forgetAnswer(docs, posted.retryId)
  return [position]
}

// An answer that is brought later is as old as what was taken back, so none is taken any more.
async function forgetAnswer(docs: WorkingSet, id: string): Promise<void> {
  const kept = await docs.get('retries', id)
  if (kept === undefined || kept.isTakenBack === true) return
  docs.replace('retries', { ...without(kept, 'answer', 'isIdle'), isTakenBack: true })
}
