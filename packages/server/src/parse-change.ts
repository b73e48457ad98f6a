/** A change out of its JSON: storage wrote it through `encodeChange`, so it is what its type says. */

import type { ChangeOf, CommittedChange } from '@suda/protocol'

export function parseChange<Type extends CommittedChange['type']>({ json }: CommittedChange): ChangeOf<Type> {
  const change: ChangeOf<Type> = JSON.parse(json)
  return change
}
