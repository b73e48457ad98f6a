/** What takes something from somebody. */

import { suda } from '../kit/suda-command.ts'
import type { Caller } from './caller.ts'
import { PASSWORD, type NewToken, type People, type Person } from './people.ts'

/** What an act may need. */
export interface Held {
  readonly people: People
  readonly person: Person
  /** The id of the person's session that is not `other`. */
  readonly sessionId: string
  /** Another session of the person. */
  readonly other: Caller
  readonly token: NewToken
  readonly roomId: string
}

/** When the call was begun and answered. */
export interface Done {
  readonly startedAt: number
  readonly answeredAt: number
}

export interface Act {
  readonly name: string
  /** What is worth nothing any more. */
  readonly ends: 'session' | 'token' | 'room'
  /** Whether sessions that were begun with a token end with the others, although the token stays. */
  readonly endsAllSessions?: true
  readonly needsOther?: true
  /** The change by which it shows. */
  readonly change:
    'session.ended' | 'token.deleted' | 'profile.changed' | 'user.deleted' | 'member.left' | 'room.changed'
  /** What a stream may say at its end. */
  readonly byes: readonly string[]
  readonly run: (held: Held) => Promise<Done>
}

const NEW_PASSWORD = 'four green whales'

const ofSession = { ends: 'session', change: 'session.ended', byes: ['session_ended'] } as const

export const signOut: Act = {
  ...ofSession,
  name: 'sign-out',
  run: ({ people, person }) => ask(person.session.at(people.there), 'POST', '/api/sign-out', {}),
}

export const signOutEverywhere: Act = {
  ...ofSession,
  name: 'sign-out everywhere',
  endsAllSessions: true,
  needsOther: true,
  run: ({ other, people }) => ask(other.at(people.there), 'POST', '/api/sign-out', { everywhere: true }),
}

export const changePassword: Act = {
  ...ofSession,
  name: 'password change',
  endsAllSessions: true,
  needsOther: true,
  run({ other, people }) {
    const json = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }
    return ask(other.at(people.there), 'PUT', '/api/me/password', json)
  },
}

export const endFromElsewhere: Act = {
  ...ofSession,
  name: 'session ended from another device',
  needsOther: true,
  run: ({ other, people, sessionId }) => ask(other.at(people.there), 'DELETE', `/api/sessions/${sessionId}`),
}

export const passwordByOperator: Act = {
  ...ofSession,
  name: 'suda user password',
  endsAllSessions: true,
  async run({ people, person }) {
    const startedAt = performance.now()
    const command = ['user', 'password', person.name, '--password-stdin', ...people.there.siteFlags]
    await suda(command, `${NEW_PASSWORD}\n`)
    return { startedAt, answeredAt: performance.now() }
  },
}

export const deleteToken: Act = {
  name: 'token deleted',
  ends: 'token',
  change: 'token.deleted',
  byes: ['revoked'],
  run: ({ people, person, token }) => ask(person.session.at(people.there), 'DELETE', `/api/tokens/${token.id}`),
}

export const suspend: Act = {
  name: 'user suspended',
  ends: 'session',
  change: 'profile.changed',
  byes: ['session_ended'],
  run: ({ people, person }) => ask(people.owner, 'PATCH', `/api/users/${person.id}`, { suspended: true }),
}

export const suspendWithToken: Act = { ...suspend, name: 'user suspended, who has a token', ends: 'token' }

export const deleteUser: Act = {
  name: 'user deleted',
  ends: 'session',
  change: 'user.deleted',
  byes: ['session_ended'],
  run: ({ people, person }) => ask(people.owner, 'DELETE', `/api/users/${person.id}`, {}),
}

export const deleteUserWithToken: Act = {
  ...deleteUser,
  name: 'user deleted, who has a token',
  ends: 'token',
  byes: ['revoked', 'session_ended'],
}

export const remove: Act = {
  name: 'removed from a private room',
  ends: 'room',
  change: 'member.left',
  byes: ['removed'],
  run: ({ people, person, roomId }) => ask(people.owner, 'DELETE', `/api/rooms/${roomId}/members/${person.id}`),
}

export const makePrivate: Act = {
  name: 'room made private',
  ends: 'room',
  change: 'room.changed',
  byes: ['removed'],
  run: ({ people, roomId }) => ask(people.owner, 'PATCH', `/api/rooms/${roomId}`, { visibility: 'private' }),
}

export const cutRole: Act = {
  name: 'site role cut to guest',
  ends: 'room',
  change: 'profile.changed',
  byes: ['removed'],
  run: ({ people, person }) => ask(people.owner, 'PATCH', `/api/users/${person.id}`, { siteRole: 'guest' }),
}

async function ask(caller: Caller, method: string, path: string, json?: unknown): Promise<Done> {
  const { answeredAt, startedAt } = await caller.must(method, path, json)
  return { answeredAt, startedAt }
}
