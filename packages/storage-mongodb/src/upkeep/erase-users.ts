/**
 * The job that takes the names of deleted users out of the log, in slices. No change after that of their deletion holds
 * them, so it walks once from the log's beginning up to there, and then once along the kept answers.
 */

import { redactUser } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import type { ChangeDocument, UserDocument } from '../documents.ts'
import { cardOf } from '../mappers-document.ts'
import { readHead } from '../reads/log.ts'
import { above, between, filterOf, present } from '../where.ts'
import { atomically, type Upkept } from './atomically.ts'
import { forgetAnswers, forgetAnswersOf } from './forget-answers.ts'

export async function usersToErase(db: Collections): Promise<number> {
  return (await db.find('users', { erasedTo: present })).length
}

/** Looks through up to `limit` changes, or answers, for one user. */
export async function eraseUserSlice(upkept: Upkept, limit: number): Promise<void> {
  await atomically(upkept, async (within) => {
    const [user] = await within.find('users', { erasedTo: present }, { limit: 1 })
    if (user === undefined) return
    if (user.answersErasedTo === undefined) await eraseInLog(within, user, limit)
    else await eraseInAnswers(within, user, user.answersErasedTo, limit)
  })
}

// Positions are dense (DL2), so a slice is a range of them, and nothing is to be put in order.
async function eraseInLog(db: Collections, user: UserDocument, limit: number): Promise<void> {
  const { deletedPosition = 0, erasedTo = 0 } = user
  const { firstPosition } = await readHead(db)
  const from = Math.max(erasedTo + 1, firstPosition)
  const to = Math.min(from + limit, deletedPosition) - 1
  if (from <= to) await redact(db, await db.find('changes', { _id: between(from, to) }), user)
  const progress = { erasedTo: Math.max(erasedTo, to), ...(to === deletedPosition - 1 && { answersErasedTo: '' }) }
  await db.of('users').updateOne(filterOf({ _id: user._id }), { $set: progress }, db.options)
}

// Whatever a request that names the user did, its answer may hold the card.
async function redact(db: Collections, changes: readonly ChangeDocument[], user: UserDocument): Promise<void> {
  const card = cardOf(user)
  const named = changes.filter(({ json }) => json.includes(user._id))
  if (card.deletedAt === undefined || named.length === 0) return
  const operations = named.flatMap(({ _id, json }) => {
    const redacted = redactUser(json, card)
    if (redacted === json) return []
    return [{ updateOne: { filter: filterOf<ChangeDocument>({ _id }), update: { $set: { json: redacted } } } }]
  })
  if (operations.length > 0) await db.of('changes').bulkWrite(operations, { ...db.options, ordered: false })
  await forgetAnswersOf(db, named)
}

// An answer may tell of people of whom its changes do not, and is the text of whatever a route said: it is not rewritten.
async function eraseInAnswers(db: Collections, user: UserDocument, from: string, limit: number): Promise<void> {
  const { _id } = user
  const retries = await db.find('retries', { _id: above(from) }, { sort: { _id: 1 }, limit })
  const telling = retries.filter(({ answer }) => answer?.includes(_id) === true)
  await forgetAnswers(
    db,
    telling.map((retry) => retry._id),
  )
  const last = retries.at(-1)?._id
  const progress =
    last !== undefined && retries.length === limit
      ? { $set: { answersErasedTo: last } }
      : ({ $unset: { erasedTo: '', answersErasedTo: '' } } as const)
  await db.of('users').updateOne(filterOf({ _id }), progress, db.options)
}
