/** The inbox: rows that any program may insert. */

import type { Chat } from '@suda/core'
import type { Logger } from 'pino'
import { asText, posterOf, userRef, type Outcome, type PostRows, type ForeignRow } from './foreign-row.ts'

/** Of a single row. Rejects where it is to be given again later. */
export type PostRow = (row: ForeignRow) => Promise<Exclude<Outcome, { readonly again: Error }>>

/** A storage takes whichever it has use for. */
export type InboxPoster = PostRow & { readonly inOrder: PostRows }

const via = { kind: 'inbox' } as const

export function inboxPoster(chat: Chat, logger: Logger): InboxPoster {
  const inOrder = posterOf<ForeignRow>({
    what: 'a row of the inbox',
    chat,
    logger,
    read: ({ author, room, sourceId, text }) => ({
      via,
      author: userRef(asText('author', author)),
      room: asText('room', room),
      text: asText('text', text),
      source: { source: 'inbox', sourceId },
    }),
  })
  const one: PostRow = async (row) => {
    const [outcome = { posted: true }] = await inOrder([row])
    if ('again' in outcome) throw outcome.again
    return outcome
  }
  return Object.assign(one, { inOrder })
}
