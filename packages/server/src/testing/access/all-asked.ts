/** All that somebody can ask who looks for a room that they may not know. */

import { uuidv7 } from 'uuidv7'
import { answerOf, type Heard } from './eavesdrop.ts'
import type { Person } from './people.ts'

export interface Sought {
  readonly roomId: string
  readonly slug: string
  readonly messageId: string
  /** A room where everybody is. */
  readonly lobby: string
  /** A place in the log before all that happened. */
  readonly start: string
  /** Of users. */
  readonly ids: readonly string[]
}

const JSON_TYPE = 'application/json'
const FIRST_LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('')
const PATHS = ['/', '/health', '/metrics', '/api/openapi.json', '/api/site', '/api/me', '/api/sessions', '/api/tokens']
const LISTS = ['/api/invites', '/api/accounts', '/api/audit?limit=200', '/api/rooms', '/api/rooms?browse=true']

export async function askAll({ client }: Person, sought: Sought): Promise<Heard[]> {
  const heard: Heard[] = []
  for (const path of pathsOf(sought)) heard.push(await answerOf(client, 'GET', path, { accept: JSON_TYPE }))
  return heard
}

function pathsOf({ ids, lobby, messageId, roomId, slug, start }: Sought): string[] {
  return [
    ...PATHS,
    ...LISTS,
    '/api/sync',
    ...[roomId, slug, lobby].flatMap((room) => pathsInto(`/api/rooms/${room}`)),
    `/api/messages/${messageId}`,
    `/api/messages/${messageId}/thread`,
    `/api/sync?rooms=${roomId},${lobby}`,
    `/api/feed?cursor=${start}`,
    ...FIRST_LETTERS.map((letter) => `/api/users?query=${letter}&limit=50`),
    `/api/users?ids=${ids.join(',')}`,
  ]
}

function pathsInto(room: string): string[] {
  const parts = ['', '/members', '/messages', '/messages?around=1', '/messages?after=0&limit=200', '/feed?history=x']
  return parts.map((part) => `${room}${part}`)
}

/** Tries to write what would show that the room is there. Whatever is refused is answered, and what is taken is told. */
export async function tryAll({ client }: Person, { lobby, messageId, roomId, slug }: Sought): Promise<Heard[]> {
  const room = `/api/rooms/${roomId}`
  const asked: [method: string, path: string, body?: object][] = [
    ['PATCH', room, { name: 'mine' }],
    ['PUT', `${room}/members/me`],
    ['PUT', `/api/rooms/${slug}/members/me`, {}],
    ['POST', `${room}/messages`, { text: 'hello' }],
    ['POST', `${room}/messages`, { id: messageId, text: 'hello' }],
    ['PUT', `${room}/read`, { seq: 1 }],
    ['POST', `${room}/typing`],
    ['DELETE', `${room}/members/me`],
    ['PATCH', `/api/messages/${messageId}`, { text: 'mine' }],
    ['DELETE', `/api/messages/${messageId}`],
    ['POST', '/api/invites', { roomId }],
    ['PATCH', '/api/site', { defaultRooms: [roomId] }],
    ['PUT', `/api/streams/${uuidv7()}/watch`, { rooms: [roomId] }],
    ['POST', `/api/rooms/${lobby}/messages`, { text: 'a quote', replyTo: messageId }],
    ['POST', `/api/rooms/${lobby}/messages`, { text: 'a reply', threadId: messageId }],
    ['DELETE', room],
  ]
  const heard: Heard[] = []
  for (const [method, path, body] of asked) {
    heard.push(await answerOf(client, method, path, body === undefined ? {} : { body }))
  }
  return heard
}
