/** What requests ask for again and again by its key: who acts, in which room, whether the message is there already. */

import type { Documents, Name } from './documents.ts'
import { GatheredReads } from './gathered-reads.ts'
import { oneOf, type Where } from './where.ts'

/** Outside of transactions, which have reads of their own. */
interface Reads {
  find<N extends Name>(name: N, where: Where): Promise<Documents[N][]>
}

type WithSecret = 'tokens' | 'sessions'

export interface DocumentsByKey {
  readonly byId: { readonly [N in Name]?: GatheredReads<Documents[N]> }
  readonly bySecret: { readonly [N in WithSecret]: GatheredReads<Documents[N]> }
}

export function documentsByKey(db: Reads): DocumentsByKey {
  return {
    byId: {
      users: byId(db, 'users'),
      rooms: byId(db, 'rooms'),
      members: byId(db, 'members'),
      messages: byId(db, 'messages'),
    },
    bySecret: { tokens: bySecret(db, 'tokens'), sessions: bySecret(db, 'sessions') },
  }
}

function byId<N extends Name>(db: Reads, name: N): GatheredReads<Documents[N]> {
  return new GatheredReads(
    (keys) => db.find(name, among('_id', keys)),
    ({ _id }) => String(_id),
  )
}

function bySecret<N extends WithSecret>(db: Reads, name: N): GatheredReads<Documents[N]> {
  return new GatheredReads(
    (keys) => db.find(name, among('secretHash', keys)),
    ({ secretHash }) => secretHash,
  )
}

// What is equal is said plainly.
function among(field: string, [first = '', ...others]: readonly string[]): Where {
  return { [field]: others.length === 0 ? first : oneOf([first, ...others]) }
}
