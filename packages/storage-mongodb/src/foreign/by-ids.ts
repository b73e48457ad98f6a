/** Conditions on an `_id` of any type. */

import type { Document, Filter } from 'mongodb'

/** Each is compared as the value that it is: an object in the place of a condition would be one. */
export function byIds(ids: readonly unknown[]): Filter<Document> {
  const filter: Filter<Document> = {}
  return Object.assign(filter, { _id: { $in: ids } })
}
