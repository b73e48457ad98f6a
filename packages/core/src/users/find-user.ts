/** Who is meant by `{user}`: an id, a user name or `me`. */

import { ChatError, type User } from '@suda/protocol'
import type { Actor } from '../actor.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { UserRef } from '../storage/records.ts'
import type { Reads } from '../storage/storage.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** @throws ChatError `not_found`, for deleted users as well */
export async function findUser(ref: string, actor: Actor, reads: Reads): Promise<User> {
  const record = await reads.user(asUserRef(ref, actor))
  if (record === undefined || record.user.deletedAt !== undefined) throw new ChatError('not_found')
  return record.user
}

/** @throws ChatError `not_found`, for deleted and suspended users as well */
export async function findActiveUser(ref: string, actor: Actor, reads: Reads): Promise<User> {
  const user = await findUser(ref, actor, reads)
  if (user.suspendedAt !== undefined) throw new ChatError('not_found')
  return user
}

/** Still so at the commit. */
export function active({ id: userId }: User): Precondition {
  return { kind: 'active', userId }
}

function asUserRef(ref: string, actor: Actor): UserRef {
  if (ref === 'me' && actor.kind === 'user') return { id: actor.userId }
  return UUID.test(ref) ? { id: ref } : { username: ref.toLowerCase() }
}
