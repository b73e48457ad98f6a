/** Changes made from what the change stream tells of them. */

import type { CommittedChange } from '@suda/protocol'
import type { Document } from 'mongodb'
import type { ChangeDocument } from '../documents.ts'
import { changeOf } from '../mappers-document.ts'

/** @param documents of the collection `changes`, which nobody but commits writes to */
export function changesIn(documents: readonly Document[]): CommittedChange[] {
  return documents.map((document) => changeOf(document as ChangeDocument))
}
