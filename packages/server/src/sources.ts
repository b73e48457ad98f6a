/** Rows of other programs' own collections: what their names of rooms and people mean here. */

import type { Chat } from '@suda/core'
import type { Logger } from 'pino'
import { asText, posterOf, userRef, type ForeignRow, type PostRows } from './foreign-row.ts'
import type { SourceSettings } from './source-settings.ts'

export interface SourceRow extends ForeignRow {
  /** The name of the source. */
  readonly source: string
  /** Where it was written long before. */
  readonly writtenAt?: string
  /** Where it was there before the source was attached. */
  readonly isSilent?: true
}

export type PostSourceRows = PostRows<SourceRow>

export function sourcePoster(chat: Chat, sources: readonly SourceSettings[], logger: Logger): PostSourceRows {
  const meanings = new Map(sources.map((source) => [source.name, meaningOf(source)]))
  const meaning = (name: string) => {
    const found = meanings.get(name)
    if (found === undefined) throw new Error(`there is no source “${name}”`)
    return found
  }
  return posterOf<SourceRow>({
    what: 'a row of a source',
    chat,
    logger,
    read: ({ author, room, text, ...source }) => {
      const { authorOf, fields, roomOf } = meaning(source.source)
      return {
        via: { kind: 'source', name: source.source },
        author: authorOf(asText(fields.author, author)),
        room: roomOf(asText(fields.room, room)),
        text: withPlainLines(asText(fields.text, text)),
        source,
      }
    },
  })
}

type UserRef = Parameters<Chat['actorByName']>[0]

function meaningOf(source: SourceSettings) {
  const { authors = {}, issuer, rooms = {} } = source
  const roomNames = new Map(Object.entries(rooms))
  const authorNames = new Map(Object.entries(authors))
  return {
    fields: source,
    roomOf: (value: string): string => roomNames.get(value) ?? value,
    authorOf: (value: string): UserRef => {
      const name = authorNames.get(value)
      if (name !== undefined) return userRef(name)
      // Where the host's people have ids of their own, one that looks like a user name here must not mean that user.
      return issuer === undefined ? userRef(value) : { externalId: `${issuer}:${value}` }
    },
  }
}

/** What was written into a form of a page has its line ends in the old way. */
function withPlainLines(text: string): string {
  return text.replaceAll(/\r\n?/g, '\n')
}
