/** What a room's own feed tells, before it becomes bytes of a format. */

import type { Author, AuthoredMessage, CommittedChange, MessagesAnswer, UserCard } from '@suda/protocol'
import { parseChange } from '../parse-change.ts'

export interface RoomEvent {
  readonly event: 'message' | 'change'
  /** One line of JSON. */
  readonly data: string
}

/** Each message carries its author, so that a script needs nothing else; every other change stands as it is. */
export function roomEvent(change: CommittedChange): RoomEvent {
  if (change.type !== 'message.posted') return { event: 'change', data: change.json }
  const { message, users } = parseChange<'message.posted'>(change).payload
  const authored: AuthoredMessage = { ...message, author: authorOf(message.authorId, users) }
  return { event: 'message', data: JSON.stringify(authored) }
}

export function withAuthors({ messages, users }: Pick<MessagesAnswer, 'messages' | 'users'>): AuthoredMessage[] {
  return messages.map((message) => ({ ...message, author: authorOf(message.authorId, users) }))
}

/** A deleted user has no names any more. */
export function authorOf(id: string, users: readonly UserCard[]): Author {
  const card = users.find((user) => user.id === id)
  if (card === undefined || card.deletedAt !== undefined) return { id, username: '', displayName: 'Deleted user' }
  return { id, username: card.username, displayName: card.displayName }
}
