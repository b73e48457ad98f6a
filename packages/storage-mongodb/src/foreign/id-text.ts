/** The canonical text of an `_id`, by which a foreign document is known for ever. */

import { createHash } from 'node:crypto'
import { BSON, Long, ObjectId, UUID } from 'mongodb'

/** Longer ones are known by their hash. */
const LONGEST = 200

/**
 * ObjectIds and UUIDs as people write them, whole numbers by their digits whatever type holds them, as MongoDB takes
 * them for equal; everything else as canonical Extended JSON, so that a text is never taken for one of the others.
 */
export function idText(id: unknown): string {
  const text = shortText(id) ?? BSON.EJSON.stringify(id, { relaxed: false })
  return text.length <= LONGEST ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/** @returns undefined for what is neither a whole number nor made to be an id */
export function shortText(id: unknown): string | undefined {
  if (id instanceof ObjectId) return id.toHexString()
  if (id instanceof UUID) return id.toHexString(true)
  if (id instanceof Long) return id.toString()
  return Number.isSafeInteger(id) ? String(id) : undefined
}
