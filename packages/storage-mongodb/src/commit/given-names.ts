/** Unique indexes look at each write, not at the end of all: a name that goes from one document to another is given up first. */

import type { Documents, Id, Name } from '../documents.ts'
import type { Write } from './write-document.ts'

const NAMES_IN: { readonly [N in Name]?: readonly string[] } = {
  users: ['username', 'email', 'externalId'],
  rooms: ['slug'],
}

interface Staged<D> {
  readonly stored: D | undefined
  readonly wanted: D | undefined
}

/** @returns what is to be written before all else */
export function givenNames<N extends Name>(
  name: N,
  entries: Iterable<readonly [Id, Staged<Documents[N]>]>,
): Write<Documents[N]>[] {
  const fields = NAMES_IN[name]
  if (fields === undefined) return []
  const staged = [...entries].filter(([, { stored, wanted }]) => stored !== wanted)
  const takers = new Map(
    staged.flatMap(([id, { wanted }]) => namesOf(wanted, fields).map(([, key]) => [key, id] as const)),
  )
  return staged.flatMap(([id, { stored }]) => {
    const gives = namesOf(stored, fields).filter(([, key]) => takers.has(key) && takers.get(key) !== id)
    return gives.length === 0 ? [] : [{ id, isNew: false, document: stored, gives: gives.map(([field]) => field) }]
  })
}

function namesOf(document: object | undefined, fields: readonly string[]): [field: string, key: string][] {
  const all = Object.entries(document ?? {}).filter(([field]) => fields.includes(field))
  return all.map(([field, value]) => [field, `${field} ${String(value)}`])
}
