/** What a command's changes tell, so that an answer needs no further read. */

import type { Committed } from '@suda/core'
import type { ChangeOf, ChangeType } from '@suda/protocol'
import { parseChange } from '../parse-change.ts'

/** @returns the last change of the type; undefined if everything was as wanted already, or is no longer in the log */
export function lastChange<Type extends ChangeType>({ changes }: Committed, type: Type): ChangeOf<Type> | undefined {
  const change = changes.findLast((candidate) => candidate.type === type)
  return change === undefined ? undefined : parseChange<Type>(change)
}
