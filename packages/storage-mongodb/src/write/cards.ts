import type { UserCard } from '@suda/protocol'
import type { WorkingSet } from '../commit/working-set.ts'
import { cardOf } from '../mappers-document.ts'

/** Cards of those that exist. */
export async function cardsOf(docs: WorkingSet, ids: Iterable<string>): Promise<UserCard[]> {
  const all = [...new Set(ids)]
  await docs.load('users', all)
  const users = await Promise.all(all.map((id) => docs.get('users', id)))
  return users.flatMap((user) => (user === undefined ? [] : [cardOf(user)]))
}
