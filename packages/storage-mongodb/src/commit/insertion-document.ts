/** Documents as the driver's bulk operations take them, whose types ask for more than they need. */

import type { AnyBulkWriteOperation, OptionalId, WithoutId } from 'mongodb'
import type { Id } from '../documents.ts'

export function insertionOf<D extends { readonly _id: Id }>(document: D): AnyBulkWriteOperation<D> {
  return { insertOne: { document: document as unknown as OptionalId<D> } }
}

/** The id of a document that is replaced stays what it is. */
export function withoutId<D extends { readonly _id: Id }>({ _id: _, ...rest }: D): WithoutId<D> {
  return rest as unknown as WithoutId<D>
}
