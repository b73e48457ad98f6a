/** Whether somebody is who they say, by the password. Nothing in answer or time tells whether the name is known. */

import { ChatError, type SignInBody, type User } from '@suda/protocol'
import type { Incoming, User as UserActor } from '../endpoint.ts'
import { clientAddress } from './client-address.ts'

type Place = Pick<Incoming, 'context' | 'request'>

export interface Proven {
  readonly user: User
  readonly actor: UserActor
  /** Of the password that was shown. */
  readonly passwordHash: string
  /** The same hashed at the cost of today, where that has risen. */
  readonly rehashed?: string
}

/** @throws ChatError `wrong_password`, `rate_limited`, `unavailable`; `forbidden` for somebody who is suspended */
export async function proveName(shown: SignInBody, place: Place): Promise<Proven> {
  const { context, request } = place
  const name = (shown.username ?? shown.email ?? '').normalize('NFC').toLowerCase().trim()
  const record = await context.storage.user(shown.username === undefined ? { email: name } : { username: name })
  const passwordHash = await provePassword(shown.password, { account: name, passwordHash: record?.passwordHash }, place)
  if (record === undefined || record.user.deletedAt !== undefined) throw new ChatError('wrong_password')
  const { user } = record
  if (user.suspendedAt !== undefined) throw new ChatError('forbidden', 'This account is suspended.')
  const { id: userId, siteRole } = user
  const actor: UserActor = { kind: 'user', userId, siteRole, via: { kind: 'session' }, address: clientAddress(request) }
  const isDated = context.passwords.needsRehash(passwordHash)
  const rehashed = isDated ? await context.passwords.rehash(shown.password) : undefined
  return { user, actor, passwordHash, ...(rehashed !== undefined && { rehashed }) }
}

/** The same for somebody who is signed in: whoever finds an open browser does not know the password. */
export async function proveAgain(password: string, userId: string, place: Place): Promise<string> {
  const record = await place.context.storage.user({ id: userId })
  return provePassword(
    password,
    { account: record?.user.username ?? userId, passwordHash: record?.passwordHash },
    place,
  )
}

/** @returns the hash that was stored */
async function provePassword(
  password: string,
  { account, passwordHash }: { readonly account: string; readonly passwordHash: string | undefined },
  { context, request }: Place,
): Promise<string> {
  const attempt = context.signIns.begin({ account, address: clientAddress(request) })
  try {
    if ((await context.passwords.verify(password, passwordHash)) && passwordHash !== undefined) {
      attempt.end('right')
      return passwordHash
    }
  } catch (error) {
    attempt.end('unknown')
    throw error
  }
  attempt.end('wrong')
  context.log.info({ address: clientAddress(request), requestId: request.id }, 'A password was wrong')
  throw new ChatError('wrong_password')
}
