/** What somebody writes while something is taken from them: each makes one change, which can be found afterwards. */

import { randomUUID } from 'node:crypto'
import type { Caller, Timed } from './caller.ts'

export interface Wish {
  /** By the credential that is ended. */
  readonly caller: Caller
  readonly roomId: string
  /** Who is added. */
  readonly bystanderId: string
  /** A message of the person's own in the room. */
  readonly messageId: string
}

export interface Request {
  readonly name: string
  readonly change:
    | 'message.posted'
    | 'message.edited'
    | 'room.created'
    | 'session.started'
    | 'token.created'
    | 'member.joined'
    | 'invite.created'
  readonly about: 'room' | 'site'
  /** The only credential that does it. */
  readonly by?: 'session' | 'token'
  readonly send: (wish: Wish) => Promise<Timed>
}

export const requests: readonly Request[] = [
  {
    name: 'post message',
    change: 'message.posted',
    about: 'room',
    send: ({ caller, roomId }) => caller.ask('POST', `/api/rooms/${roomId}/messages`, { text: 'a message' }),
  },
  {
    name: 'edit',
    change: 'message.edited',
    about: 'room',
    send: ({ caller, messageId }) => caller.ask('PATCH', `/api/messages/${messageId}`, { text: randomUUID() }),
  },
  {
    name: 'add member',
    change: 'member.joined',
    about: 'room',
    send: ({ bystanderId, caller, roomId }) => caller.ask('PUT', `/api/rooms/${roomId}/members/${bystanderId}`, {}),
  },
  {
    name: 'invite',
    change: 'invite.created',
    about: 'room',
    send: ({ caller, roomId }) => caller.ask('POST', '/api/invites', { roomId }),
  },
  {
    name: 'create room',
    change: 'room.created',
    about: 'site',
    send({ caller }) {
      const slug = `room-${randomUUID()}`
      return caller.ask('POST', '/api/rooms', { slug, name: slug, visibility: 'public' })
    },
  },
  {
    name: 'create token',
    change: 'token.created',
    about: 'site',
    by: 'session',
    send: ({ caller }) => caller.ask('POST', '/api/tokens', { label: 'another' }),
  },
  {
    name: 'start session by token',
    change: 'session.started',
    about: 'site',
    by: 'token',
    send: ({ caller }) => caller.ask('POST', '/api/sessions'),
  },
]
