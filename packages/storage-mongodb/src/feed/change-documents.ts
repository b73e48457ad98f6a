/** A change made from what the change stream tells of it. */

import type { CommittedChange } from '@suda/protocol'
import type { Document } from 'mongodb'
import type { ChangeDocument } from '../documents.ts'
import { changeOf } from '../mappers-document.ts'

/** @param document of the collection `changes`, which nobody but commits writes to */
export const changeIn = (document: Document): CommittedChange => changeOf(document as ChangeDocument)
