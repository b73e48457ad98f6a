/** Documents of the inbox, in which anything may stand. */

import { createHmac } from 'node:crypto'
import { BSON, ObjectId, type Document } from 'mongodb'
import type { InboxDocument } from '../documents.ts'
import { itemOf, type Item } from '../foreign/foreign-row.ts'
import { idText } from '../foreign/id-text.ts'

export const INBOX = 'inbox'

/** Whether it has not been refused. */
export function isWaiting({ error }: Document): boolean {
  return error === undefined || error === null
}

/** @param secret so that nobody can guess from what is kept what a text was */
export function inboxItemOf(document: Document, secret: string): Item {
  const { _id: id, ...content } = document as InboxDocument
  const [room, author, text] = [content.room, content.author, content.text].map(asText)
  return itemOf(id, {
    source: INBOX,
    sourceId: sourceIdOf(id, content, secret),
    ...(room !== undefined && { room }),
    ...(author !== undefined && { author }),
    ...(text !== undefined && { text }),
  })
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/**
 * An ObjectId is given once. Any other `_id` may be used again after its document was posted, and then it is another
 * message unless it says the same.
 */
function sourceIdOf(id: unknown, content: Omit<InboxDocument, '_id'>, secret: string): string {
  if (id instanceof ObjectId) return idText(id)
  const { room = null, author = null, text = null, at = null } = content
  const said = BSON.EJSON.stringify([room, author, text, at], { relaxed: false })
  return `${idText(id)}:${createHmac('sha256', secret).update(said).digest('hex').slice(0, 16)}`
}
