/** How each row of the rooms' tables is asked, about one room in which the asker has the relation of the column. */

import { aName, type People, type Person } from './people.ts'
import type { Ask } from './ask.ts'

export interface RoomCase {
  readonly people: People
  readonly me: Person
  readonly roomId: string
  /** A member beside the asker, who wrote `messageId`. */
  readonly mate: Person
  readonly messageId: string
  /** By the asker, who may have left since. */
  readonly ownMessageId: string
  /** Into the room, by its moderator. */
  readonly code: string
  /** Of the asker's own open feed; of none for whoever may not have one. */
  readonly streamId: string
  /** Somebody who was never in the room. */
  readonly other: Person
}

type Prepare = (at: RoomCase) => Ask

const room = ({ roomId }: RoomCase, rest = '') => `/api/rooms/${roomId}${rest}`
const memberPath = (at: RoomCase, user: string) => room(at, `/members/${user}`)
const message = (id: string, rest = '') => `/api/messages/${id}${rest}`

export const roomCalls: Readonly<Record<string, Prepare>> = {
  'GET /api/rooms/{room}': (at) => ({ method: 'GET', path: room(at) }),
  'PATCH /api/rooms/{room}': (at) => ({ method: 'PATCH', path: room(at), body: { name: aName('Name') } }),
  'DELETE /api/rooms/{room}': (at) => ({ method: 'DELETE', path: room(at) }),
  'GET /api/rooms/{room}/members': (at) => ({ method: 'GET', path: room(at, '/members') }),
  'PUT /api/rooms/{room}/members/{user} me': (at) => ({ method: 'PUT', path: memberPath(at, 'me'), body: {} }),
  'PUT /api/rooms/{room}/members/{user}': (at) => ({ method: 'PUT', path: memberPath(at, at.other.userId), body: {} }),
  'PUT /api/rooms/{room}/members/{user} nobody': (at) => ({
    method: 'PUT',
    path: memberPath(at, aName('nobody')),
    body: {},
  }),
  'PUT /api/rooms/{room}/members/{user} as moderator': (at) => ({
    method: 'PUT',
    path: memberPath(at, at.other.username),
    body: { role: 'moderator' },
  }),
  'PUT /api/rooms/{room}/members/{user} a role': (at) => ({
    method: 'PUT',
    path: memberPath(at, at.mate.userId),
    body: { role: 'moderator' },
  }),
  'DELETE /api/rooms/{room}/members/{user} me': (at) => ({ method: 'DELETE', path: memberPath(at, 'me') }),
  'DELETE /api/rooms/{room}/members/{user}': (at) => ({ method: 'DELETE', path: memberPath(at, at.mate.userId) }),
  'DELETE /api/rooms/{room}/members/{user} nobody': (at) => ({
    method: 'DELETE',
    path: memberPath(at, aName('nobody')),
  }),
  'POST /api/rooms/{room}/messages': (at) => ({ method: 'POST', path: room(at, '/messages'), body: { text: 'hello' } }),
  'GET /api/rooms/{room}/messages': (at) => ({ method: 'GET', path: room(at, '/messages') }),
  'GET /api/messages/{message}': ({ messageId }) => ({ method: 'GET', path: message(messageId) }),
  'GET /api/messages/{message}/thread': ({ messageId }) => ({ method: 'GET', path: message(messageId, '/thread') }),
  'PATCH /api/messages/{message} own': ({ ownMessageId }) => edit(ownMessageId),
  'PATCH /api/messages/{message}': ({ messageId }) => edit(messageId),
  'DELETE /api/messages/{message} own': ({ ownMessageId }) => ({ method: 'DELETE', path: message(ownMessageId) }),
  'DELETE /api/messages/{message}': ({ messageId }) => ({ method: 'DELETE', path: message(messageId) }),
  'PUT /api/rooms/{room}/read': (at) => ({ method: 'PUT', path: room(at, '/read'), body: { seq: 1 } }),
  'POST /api/rooms/{room}/typing': (at) => ({ method: 'POST', path: room(at, '/typing') }),
  'GET /api/rooms/{room}/feed': (at) => ({ method: 'GET', path: room(at, '/feed') }),
  'PUT /api/streams/{stream}/watch': ({ roomId, streamId }) => ({
    method: 'PUT',
    path: `/api/streams/${streamId}/watch`,
    body: { rooms: [roomId] },
  }),
  'POST /api/invites into the room': ({ roomId }) => ({ method: 'POST', path: '/api/invites', body: { roomId } }),
  'POST /api/invites/{code}/join the room': ({ code }) => ({ method: 'POST', path: `/api/invites/${code}/join` }),
}

function edit(id: string): Ask {
  return { method: 'PATCH', path: message(id), body: { text: aName('text') } }
}
