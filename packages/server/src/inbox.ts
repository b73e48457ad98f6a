/** Rows of the inbox become messages by the ordinary command of their author, so all rules hold for them as well. */

import type { Actor, Chat } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { Logger } from 'pino'
import { ports } from './ports.ts'

/** What a foreign program wrote: the columns may hold anything. */
export interface InboxRow {
  readonly room: unknown
  readonly author: unknown
  readonly text: unknown
  /** The same for the same row, however often it is given. */
  readonly sourceId: string
}

/** Rejects where the row is to be given again later. */
export type PostRow = (row: InboxRow) => Promise<{ posted: true } | { error: string }>

const via: Actor['via'] = { kind: 'inbox' }
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function inboxPoster(chat: Chat, logger: Logger): PostRow {
  return async (row) => {
    try {
      await post(row, chat)
      return { posted: true }
    } catch (error) {
      if (!isRefusal(error)) throw error
      logger.info({ sourceId: row.sourceId, code: error.code }, 'A row of the inbox was refused')
      return { error: `${error.code}: ${error.message}` }
    }
  }
}

async function post({ room, author, text, sourceId }: InboxRow, chat: Chat): Promise<void> {
  const requestId = ports.newId()
  const actor = await chat.actorByName(userRef(asText('author', author)), via)
  if (actor === undefined) throw new ChatError('not_found', 'There is no such author.')
  const command = {
    type: 'postMessage',
    room: asText('room', room),
    messageId: ports.newId(),
    text: asText('text', text),
  } as const
  await chat.execute({ ...command, source: { source: 'inbox', sourceId } }, actor, { requestId })
}

function asText(column: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new ChatError('validation_failed', `The column ${column} holds no text.`)
}

function userRef(author: string): { id: string } | { username: string } {
  return UUID.test(author) ? { id: author } : { username: author.toLowerCase() }
}

/** Not so what may be over in a moment. */
function isRefusal(error: unknown): error is ChatError {
  return error instanceof ChatError && !['unavailable', 'storage_full', 'internal', 'rate_limited'].includes(error.code)
}
