/** What a command's changes tell, so that an answer needs no further read. */

import type { Committed } from '@suda/core'
import type { ChangeOf, ChangeType } from '@suda/protocol'

/** @returns the last change of the type; undefined if everything was as wanted already, or is no longer in the log */
export function lastChange<Type extends ChangeType>({ changes }: Committed, type: Type): ChangeOf<Type> | undefined {
  const change = changes.findLast((candidate) => candidate.type === type)
  // Storage wrote it through `encodeChange`, so it is what its type says.
  return change === undefined ? undefined : JSON.parse(change.json)
}
