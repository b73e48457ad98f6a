/** A room as plain text, a message a paragraph: for a terminal. Nothing that somebody wrote can look like another line. */

import type { Author, AuthoredMessage, CommittedChange, Message } from '@suda/protocol'
import { authorOf, parseChange } from './room-events.ts'
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
  switch (change.type) {
    case 'message.posted':
    case 'message.edited':
    case 'message.deleted': {
      const { at, payload } = parseChange<'message.posted' | 'message.edited' | 'message.deleted'>(change)
      return messageLine(payload.message, authorOf(payload.message.authorId, payload.users), timeOf(at))
    }
    default:
      return ''
  }
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
