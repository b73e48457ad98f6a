import { isInMainView, type Message } from '@suda/protocol'
import type { Draft, MessagePostedDraft } from '../drafts.ts'

/** @param at ISO; when it was posted, which is also when it was written unless the draft says otherwise */
export function draftedMessage(
  { roomId, messageId, message }: MessagePostedDraft,
  { seq, ordinal, at }: { readonly seq: number; readonly ordinal: number; readonly at: string },
): Message {
  const { replyTo, threadId, alsoInRoom, system } = message
  return {
    id: messageId,
    roomId,
    seq,
    ordinal,
    revision: 1,
    kind: message.kind,
    authorId: message.authorId,
    via: message.via,
    text: message.text,
    format: 'suda-md-1',
    mentions: message.mentions,
    attachments: [],
    ...(replyTo !== undefined && { replyTo }),
    ...(threadId !== undefined && { threadId }),
    ...(alsoInRoom !== undefined && { alsoInRoom }),
    reactions: [],
    ...(system !== undefined && { system }),
    state: 'final',
    createdAt: message.writtenAt ?? at,
  }
}

/** Whether it raises the room's ordinal (ST26). */
export function isUnreadWorthy({ message }: MessagePostedDraft): boolean {
  return message.kind === 'text' && message.isSilent !== true && isInMainView(message)
}

/** A note of the system stands behind what it tells of: where that made no change there is nothing to tell (ST33). */
export function isNote(draft: Draft): boolean {
  return draft.type === 'message.posted' && draft.message.kind === 'system'
}
