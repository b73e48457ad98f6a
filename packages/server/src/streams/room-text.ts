/** A room as plain text, a message a paragraph: for a terminal. Nothing that somebody wrote can look like another line. */

import type { Author, AuthoredMessage, ChangeType, CommittedChange, Message } from '@suda/protocol'
import { parseChange } from '../parse-change.ts'
import { authorOf } from './room-events.ts'
import type { RoomFormat } from './room-format.ts'

/** @param timeZone a name that `Intl` knows */
export function roomText(timeZone: string): RoomFormat {
  const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
  const timeOf = (at: string): string => clock.format(new Date(at))
  return {
    kind: 'room-text',
    contentType: 'text/plain; charset=utf-8',
    isResumable: false,
    shape: {
      name: `room-text ${timeZone}`,
      encode: (change) => toBytes(changeLine(change, timeOf)),
      encodeEvent: () => undefined,
      encodeRetry: () => undefined,
      encodePadding: () => undefined,
    },
    encodeHistory: (messages) => toBytes(messages.map((message) => historyLine(message, timeOf)).join('')),
  }
}

type TimeOf = (at: string) => string

function historyLine(message: AuthoredMessage, timeOf: TimeOf): string {
  return messageLine(message, message.author, timeOf(message.createdAt))
}

function changeLine(change: CommittedChange, timeOf: TimeOf): string {
  if (!isOfMessage(change.type)) return ''
  const { at, payload } = parseChange<MessageChange>(change)
  return messageLine(payload.message, authorOf(payload.message.authorId, payload.users), timeOf(at))
}

type MessageChange = 'message.posted' | 'message.edited' | 'message.deleted'

function isOfMessage(type: ChangeType): type is MessageChange {
  return type.startsWith('message.')
}

function messageLine(message: Message, author: Author, time: string): string {
  if (message.kind === 'system') return ''
  const name = author.username === '' ? author.displayName : author.username
  if (message.deletedAt !== undefined) return `${time} ${name} (deleted)\n`
  const mark = message.editedAt === undefined ? '' : ' (edited)'
  return `${time} ${name}${mark}: ${indent(message.text)}\n`
}

/** Whatever a terminal or a script takes for the end of a line. */
function indent(text: string): string {
  return text.replace(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/g, '\n    ')
}

function toBytes(text: string): Buffer | undefined {
  return text === '' ? undefined : Buffer.from(text)
}
