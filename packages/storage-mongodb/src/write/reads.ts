/** Read positions. */

import type { DraftOf } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import { memberId, type RoomDocument } from '../documents.ts'
import { atMost } from '../where.ts'
import { unreadMentions } from './mentions.ts'
import { existingRoom } from './rooms.ts'
import { voidKey } from './take-back.ts'
import { append, type Tx } from './tx.ts'

export async function moveRead(draft: DraftOf<'read.moved'>, tx: Tx): Promise<CommittedChange | undefined> {
  const { roomId, userId } = draft
  const room = await existingRoom(tx, roomId)
  const member = await tx.docs.get('members', memberId(roomId, userId))
  if (member === undefined) return undefined
  const seq = Math.min(draft.seq, room.lastSeq)
  if (!draft.force && seq <= member.readSeq) return undefined
  const revision = tx.next
  const ordinal = await ordinalAt(room, seq, tx)
  tx.docs.replace('members', { ...member, readSeq: seq, readOrdinal: ordinal, readRevision: revision })
  const unread = seq < room.lastSeq ? await unreadMentions(tx.docs, { roomId, userId, readSeq: seq }) : []
  const payload = { seq, ordinal, revision, unreadMentions: unread }
  // Under this key a newer read position voids the older one (DL2a).
  const key = `read:${roomId}:${userId}`
  const supersedes = await voidKey(tx.docs, key)
  return append(tx, draft, { type: 'read.moved', roomId, userId, payload }, { key, supersedes })
}

// Only the main view raises the ordinal, so its newest message up to there has it.
async function ordinalAt(room: RoomDocument, seq: number, { docs }: Tx): Promise<number> {
  if (seq === room.lastSeq) return room.ordinal
  const where = { roomId: room._id, inMain: true, seq: atMost(seq) }
  const [newest] = await docs.find('messages', where, { sort: { seq: -1 }, limit: 1 })
  return newest?.ordinal ?? 0
}
