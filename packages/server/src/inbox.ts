/** The inbox: rows that any program may insert. */

import type { Actor, Chat } from '@suda/core'
import type { Logger } from 'pino'
import { asText, posterOf, postForeign, userRef, type ForeignRow, type Outcome } from './foreign-row.ts'

/** Rejects where the row is to be given again later. */
export type PostRow = (row: ForeignRow) => Promise<Outcome>

const via: Actor['via'] = { kind: 'inbox' }

export function inboxPoster(chat: Chat, logger: Logger): PostRow {
  return posterOf('a row of the inbox', logger, async ({ author, room, sourceId, text }) => {
    const actor = await chat.actorByName(userRef(asText('author', author)), via)
    const said = { room: asText('room', room), text: asText('text', text) }
    await postForeign(chat, actor, { ...said, source: 'inbox', sourceId })
  })
}
