/** For what only somebody with an account can do. */

import { ChatError } from '@suda/protocol'
import type { Actor, ActorOf } from '../actor.ts'

/** @throws ChatError `forbidden` for the system */
export function asUser(actor: Actor): ActorOf<'user'> {
  if (actor.kind !== 'user') throw new ChatError('forbidden', 'Only a user can do this.')
  return actor
}
