/** Rows of other programs' own collections: what their names of rooms and people mean here. */

import type { Actor, Chat } from '@suda/core'
import type { Logger } from 'pino'
import { asText, posterOf, postForeign, userRef, type ForeignRow, type Outcome } from './foreign-row.ts'
import type { SourceSettings } from './source-settings.ts'

export interface SourceRow extends ForeignRow {
  /** The name of the source. */
  readonly source: string
  /** Where it was written long before. */
  readonly writtenAt?: string
  /** Where it was there before the source was attached. */
  readonly isSilent?: true
}

/** Rejects where the row is to be given again later. */
export type PostSourceRow = (row: SourceRow) => Promise<Outcome>

export function sourcePoster(chat: Chat, sources: readonly SourceSettings[], logger: Logger): PostSourceRow {
  const byName = new Map(sources.map((source) => [source.name, meaningOf(source)]))
  return posterOf('a row of a source', logger, async ({ author, room, text, ...row }) => {
    const meaning = byName.get(row.source)
    if (meaning === undefined) throw new Error(`there is no source ${row.source}`)
    const via: Actor['via'] = { kind: 'source', name: row.source }
    const actor = await chat.actorByName(meaning.author(asText(meaning.fields.author, author)), via)
    const said = { room: meaning.room(asText(meaning.fields.room, room)), text: asText(meaning.fields.text, text) }
    await postForeign(chat, actor, { ...said, ...row })
  })
}

type UserRef = Parameters<Chat['actorByName']>[0]

function meaningOf(source: SourceSettings) {
  const { authors = {}, issuer, rooms = {} } = source
  const roomNames = new Map(Object.entries(rooms))
  const authorNames = new Map(Object.entries(authors))
  return {
    fields: source,
    room: (value: string): string => roomNames.get(value) ?? value,
    author: (value: string): UserRef => {
      const name = authorNames.get(value)
      if (name !== undefined) return userRef(name)
      // Where the host's people have ids of their own, one that looks like a user name here must not mean that user.
      return issuer === undefined ? userRef(value) : { externalId: `${issuer}:${value}` }
    },
  }
}
