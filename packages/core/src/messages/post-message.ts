/** Posting a message: who may, what is kept of it, and what readers learn. */

import { ChatError, type Mention } from '@suda/protocol'
import { admitRoom } from '../access.ts'
import type { ActorOf } from '../actor.ts'
import type { ForeignOrigin, PostMessage } from '../commands.ts'
import { NOTHING, type Handler, type HandlerContext } from '../handler.ts'
import { joined } from '../members/joined.ts'
import type { MessagePostedDraft } from '../storage/drafts.ts'
import type { Reads } from '../storage/storage.ts'
import { asUser } from '../users/as-user.ts'
import { resolveMentions } from './mentions.ts'
import { assertReadableText } from './text.ts'

/**
 * Puts a message into a room. In a public room whoever may read it may post, and joins by doing so.
 *
 * The message's id is the client's: the same id with the same first body makes nothing new, so a retry is always safe,
 * also after the message was edited or the room archived.
 *
 * @throws ChatError `not_found` if the room is missing or the actor may not read it (the same answer, so nothing leaks)
 * @throws ChatError `room_archived`, `muted`, `invalid_text`
 * @throws ChatError `conflict` if the id stands for another message
 * @throws ChatError `forbidden` for a foreign row by any other way than that of foreign rows
 */
export const postMessage: Handler<PostMessage> = async (command, actor, context) => {
  const author = asUser(actor)
  assertForeign(command, author)
  const { room, preconditions } = await admitRoom('postMessage', command.room, author, context.reads)
  const bodyHash = await hashBody(command, context)
  if (await isRepeated(command.messageId, room.id, author.userId, bodyHash, context.reads)) return NOTHING
  if (room.archived) throw new ChatError('room_archived')
  assertReadableText(command.text)
  await assertReferences(command, room.id, context.reads)

  const posted: MessagePostedDraft = {
    type: 'message.posted',
    audience: [`room:${room.id}`],
    roomId: room.id,
    messageId: command.messageId,
    message: {
      kind: 'text',
      authorId: author.userId,
      via: author.via,
      text: command.text,
      mentions: await mentionsOf(command, room.id, context.reads),
      ...oldNews(command.source),
      ...(command.replyTo !== undefined && { replyTo: command.replyTo }),
      ...(command.threadId !== undefined && { threadId: command.threadId }),
    },
    bodyHash,
    ...(command.source !== undefined && { source: identityOf(command.source) }),
  }

  return {
    drafts: room.my === undefined ? [joined(room.id, author.userId, 'member'), posted] : [posted],
    // Checked again inside the transaction: the author may have been removed since we looked.
    preconditions: [
      ...preconditions,
      { kind: 'notMuted', userId: author.userId, roomId: room.id },
      { kind: 'roomOpen', roomId: room.id },
    ],
  }
}

/** What a row says of itself, such as when it was written, is believed because the operator named its source. */
function assertForeign({ source }: PostMessage, { via }: ActorOf<'user'>): void {
  if (source !== undefined && via.kind !== 'inbox' && via.kind !== 'source') throw new ChatError('forbidden')
}

async function mentionsOf({ source, text }: PostMessage, roomId: string, reads: Reads): Promise<readonly Mention[]> {
  return source?.isSilent === true ? [] : resolveMentions(text, roomId, reads)
}

function oldNews(source: ForeignOrigin | undefined): Pick<MessagePostedDraft['message'], 'writtenAt' | 'isSilent'> {
  const { writtenAt, isSilent } = source ?? {}
  return { ...(writtenAt !== undefined && { writtenAt }), ...(isSilent !== undefined && { isSilent }) }
}

function identityOf({ source, sourceId }: ForeignOrigin): NonNullable<MessagePostedDraft['source']> {
  return { source, sourceId }
}

/** Of all that the sender chose, so that a retry is told from another message under the same id. */
async function hashBody({ text, replyTo, threadId }: PostMessage, context: HandlerContext): Promise<string> {
  return context.ports.hmac(await context.secret(), JSON.stringify([text, replyTo ?? null, threadId ?? null]))
}

async function isRepeated(messageId: string, roomId: string, authorId: string, bodyHash: string, reads: Reads) {
  const origin = await reads.messageOrigin(messageId)
  if (origin === undefined) return false
  if (origin.roomId === roomId && origin.authorId === authorId && origin.bodyHash === bodyHash) return true
  throw new ChatError('conflict')
}

/** A quote and a thread belong to the room; a thread hangs below a message of the main view. */
async function assertReferences({ replyTo, threadId }: PostMessage, roomId: string, reads: Reads): Promise<void> {
  if (replyTo !== undefined && (await reads.message(replyTo))?.roomId !== roomId) {
    throw new ChatError('validation_failed', '`replyTo` names no message of this room.')
  }
  if (threadId === undefined) return
  const root = await reads.message(threadId)
  if (root?.roomId !== roomId || root.threadId !== undefined || root.kind === 'system') {
    throw new ChatError('validation_failed', '`threadId` names no message of this room’s main view.')
  }
}
