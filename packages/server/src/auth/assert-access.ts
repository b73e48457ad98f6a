/** Access to what a path names, decided apart from the command: for requests that do not get as far as one. */

import type { Action, ActorOf } from '@suda/core'
import type { AppContext } from '../context.ts'

export interface Asked {
  readonly action: Action
  readonly params: Readonly<Record<string, string>>
  readonly user: ActorOf<'user'> | undefined
  readonly context: Pick<AppContext, 'chat'>
}

/** @throws ChatError `not_found`, `forbidden` */
export async function assertAccess({ action, params, user, context: { chat } }: Asked): Promise<void> {
  if (user === undefined) return
  const { room, message } = params
  if (room !== undefined) await chat.room(user, room, action)
  if (message !== undefined) await chat.message(user, message, action)
}
