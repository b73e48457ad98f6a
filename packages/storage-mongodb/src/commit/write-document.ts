/** Writes of whole documents, in the words of the driver, whose types ask for more than they need. */

import type { AnyBulkWriteOperation, ClientBulkWriteModel, Document, OptionalId } from 'mongodb'
import type { Id } from '../documents.ts'
import { filterOf } from '../where.ts'
import { without } from '../without-document.ts'

/** What becomes of the document under an id; `document` is absent where it goes. */
export interface Write<D> {
  readonly id: Id
  readonly isNew: boolean
  readonly document: D | undefined
  /** Instead of all that: these fields go. */
  readonly gives?: readonly string[]
}

/** As one collection takes it. */
export function operationOf<D extends { readonly _id: Id }>({
  document,
  gives,
  id,
  isNew,
}: Write<D>): AnyBulkWriteOperation<D> {
  const filter = filterOf<D>({ _id: id })
  if (gives !== undefined) return { updateOne: { filter, update: [{ $unset: [...gives] }] } }
  if (document === undefined) return { deleteOne: { filter } }
  if (isNew) return { insertOne: { document: document as unknown as OptionalId<D> } }
  return { replaceOne: { filter, replacement: without(document, '_id') } }
}

/** As a write across collections takes it. */
export function modelOf(
  namespace: string,
  { document, gives, id, isNew }: Write<{ readonly _id: Id }>,
): ClientBulkWriteModel {
  const filter = filterOf<Document>({ _id: id })
  if (gives !== undefined) return { name: 'updateOne', namespace, filter, update: [{ $unset: [...gives] }] }
  if (document === undefined) return { name: 'deleteOne', namespace, filter }
  if (isNew) return { name: 'insertOne', namespace, document: document as unknown as OptionalId<Document> }
  return { name: 'replaceOne', namespace, filter, replacement: without(document, '_id') }
}
