/** The job that empties deleted rooms, in slices. It finds its work in the database, so it goes on wherever it stopped. */

import type { Collections } from '../collections.ts'
import type { ChangeDocument, MessageDocument } from '../documents.ts'
import { filterOf, oneOf, present, startsWith, type Where } from '../where.ts'
import { without } from '../without-document.ts'
import { voided } from '../write/take-back.ts'
import { atomically, type Upkept } from './atomically.ts'
import { forgetAnswersOf } from './forget-answers.ts'

export async function roomsToErase(db: Collections): Promise<number> {
  return (await db.find('rooms', { deletedPosition: present, isErasing: true })).length
}

/** Erases up to `limit` messages of one room; when none are left, what the log tells of the room, and the room is done. */
export async function eraseSlice(upkept: Upkept, limit: number): Promise<void> {
  const [room] = await upkept.db.find('rooms', { deletedPosition: present, isErasing: true }, { limit: 1 })
  if (room === undefined) return
  await atomically(upkept, async (within) => {
    const doomed = await within.find('messages', { roomId: room._id }, { limit })
    await eraseMessages(within, room._id, doomed)
    if (doomed.length < limit && (await eraseRoomChanges(within, room._id, limit))) await finish(within, room._id)
  })
}

async function eraseMessages(db: Collections, roomId: string, doomed: readonly MessageDocument[]): Promise<void> {
  if (doomed.length === 0) return
  const ids = doomed.map(({ _id }) => _id)
  await voidAll(db, { _id: oneOf(doomed.map(({ position }) => position)), type: 'message.posted' })
  await voidAll(db, { editOf: oneOf(ids) })
  await db.of('mentions').deleteMany(filterOf({ roomId, seq: oneOf(doomed.map(({ seq }) => seq)) }), db.options)
  await db.of('messages').deleteMany(filterOf({ _id: oneOf(ids) }), db.options)
}

// Names and topics stand in the room's own changes, read positions under keys. Who joined and left stays: it tells
// nothing of the content, and a client that was away needs `member.left` to let go of the room.
async function eraseRoomChanges(db: Collections, roomId: string, limit: number): Promise<boolean> {
  const settings = await voidAll(db, { settingsOf: roomId }, limit)
  const reads = await voidAll(db, { key: startsWith(`read:${roomId}:`) }, limit)
  return settings < limit && reads < limit
}

/** @returns how many */
async function voidAll(db: Collections, where: Where, limit?: number): Promise<number> {
  const changes = await db.find('changes', where, limit === undefined ? {} : { limit })
  if (changes.length === 0) return 0
  const operations = changes.map((change) => {
    const replacement = without(voided(change), '_id')
    return { replaceOne: { filter: filterOf<ChangeDocument>({ _id: change._id }), replacement } }
  })
  await db.of('changes').bulkWrite(operations, { ...db.options, ordered: false })
  await forgetAnswersOf(db, changes)
  return changes.length
}

async function finish(db: Collections, roomId: string): Promise<void> {
  await db.of('rooms').updateOne(filterOf({ _id: roomId }), { $unset: { isErasing: '' } }, db.options)
}
