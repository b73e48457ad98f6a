/** Documents of a source, in which anything may stand. */

import { ObjectId, type Document } from 'mongodb'
import { itemOf, type Item } from '../foreign/foreign-row.ts'
import { idText, shortText } from '../foreign/id-text.ts'
import type { SourceOptions } from './source-options.ts'
import { timeOf } from './time-of.ts'

export interface Manner {
  /** It was written before now, and its date tells when. */
  readonly isLate?: true
  readonly isSilent?: true
}

/** @param manner how it is to be posted */
export function sourceItemOf(document: Document, source: SourceOptions, { isLate, isSilent }: Manner = {}): Item {
  const { _id: id } = document as { readonly _id: unknown }
  const [room, author] = [source.room, source.author].map((field) => nameOf(valueAt(document, field)))
  const text = valueAt(document, source.text)
  const writtenAt = isLate === undefined ? undefined : writtenAtOf(id, document, source)
  return itemOf(id, {
    source: source.name,
    sourceId: idText(id),
    ...(room !== undefined && { room }),
    ...(author !== undefined && { author }),
    ...(typeof text === 'string' && { text }),
    ...(writtenAt !== undefined && { writtenAt }),
    ...(isSilent !== undefined && { isSilent }),
  })
}

/** What names a room or a person with them: a text, a whole number or an id. */
function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : shortText(value)
}

function writtenAtOf(id: unknown, document: Document, { at }: SourceOptions): string | undefined {
  const said = at === undefined ? undefined : timeOf(valueAt(document, at))
  return (said ?? (id instanceof ObjectId ? timeOf(id.getTimestamp()) : undefined))?.toISOString()
}

/** @param path of own fields alone */
function valueAt(document: Document, path: string): unknown {
  let value: unknown = document
  for (const field of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) return undefined
    value = (value as Record<string, unknown>)[field]
  }
  return value
}
