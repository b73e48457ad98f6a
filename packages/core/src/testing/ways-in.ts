/** Credentials as people and programs have them: what `as` leaves out, since most rules do not ask for it. */

import type { Scope } from '@suda/protocol'
import type { ActorOf } from '../actor.ts'
import type { Chat } from '../chat.ts'
import type { Ports } from '../ports.ts'
import type { Acting } from './acting.ts'

export interface WaysIn {
  /** Acts as a user with a session as one that signs in has it. */
  withSession(username: string): Promise<Acting>
  /** Acts as a user with a token that the operator made; `session` by a session that was made with it. */
  withToken(username: string, scopes: readonly Scope[], session?: 'session'): Promise<Acting>
}

interface World {
  readonly as: (username: string, more?: Partial<ActorOf<'user'>>) => Acting
  readonly system: Acting
  readonly chat: Chat
  readonly ports: Ports
}

export function waysIn({ as, chat, ports, system }: World): WaysIn {
  const startSession = async (username: string, acting: Acting) => {
    const session = { sessionId: ports.newId(), secretHash: ports.newId() }
    await acting.do({ type: 'startSession', ...session })
    return as(username, await chat.actorBySession(session.secretHash))
  }
  return {
    withSession: (username) => startSession(username, as(username)),
    withToken: async (username, scopes, session) => {
      const token = { tokenId: ports.newId(), secretHash: ports.newId(), label: 'token', scopes }
      await system.do({ type: 'createToken', user: username, ...token })
      const acting = as(username, await chat.actorByToken(token.secretHash))
      return session === undefined ? acting : startSession(username, acting)
    },
  }
}
