/** How each row of the site's table is asked. What a request is about is made when it is asked for. */

import type { SiteRole } from '@suda/protocol'
import { uuidv7 } from 'uuidv7'
import { hashSecret, newSecret } from '../../auth/secrets.ts'
import { setUpCode } from '../../auth/set-up-code.ts'
import type { Ask } from './ask.ts'
import { aName, PASSWORD, type People, type Person } from './people.ts'

export interface SiteCase {
  readonly people: People
  /** Whoever asks; for those who are not let in somebody else whom they name as themselves. */
  readonly me: Person
}

type Prepare = (at: SiteCase) => Ask | Promise<Ask>

const get = (path: string): Ask => ({ method: 'GET', path })
const post = (path: string, body?: object): Ask => ({ method: 'POST', path, ...(body !== undefined && { body }) })
const patch = (path: string, body: object): Ask => ({ method: 'PATCH', path, body })
const put = (path: string, body: object): Ask => ({ method: 'PUT', path, body })
const remove = (path: string, body?: object): Ask => ({ method: 'DELETE', path, ...(body !== undefined && { body }) })

const elsewhere = { 'x-forwarded-for': '203.0.113.7' }
const passwords = { currentPassword: PASSWORD, newPassword: 'four green turtles' }
const stranger = async ({ people }: SiteCase, siteRole: SiteRole = 'member') =>
  `/api/users/${(await people.add({ siteRole })).userId}`
const newcomer = () => ({ username: aName('new'), password: PASSWORD })
const signInAs = ({ username }: Person, password = PASSWORD) => post('/api/sign-in', { username, password })

export const siteCalls: Readonly<Record<string, Prepare>> = {
  'GET /health': () => get('/health'),
  'GET /metrics': () => get('/metrics'),
  'GET /metrics from elsewhere': () => ({ ...get('/metrics'), headers: elsewhere }),
  'GET /api/openapi.json': () => get('/api/openapi.json'),
  'GET /api/site': () => get('/api/site'),
  'PATCH /api/site': () => patch('/api/site', { name: aName('Site') }),
  'POST /api/setup': async ({ people: { server } }) =>
    post('/api/setup', { code: setUpCode((await server.storage.site()).secret), siteName: 'Mine', ...newcomer() }),
  'POST /api/sign-up': () => post('/api/sign-up', newcomer()),
  'POST /api/sign-up by an invite': async (at) =>
    post('/api/sign-up', { ...newcomer(), invite: (await anInvite(at)).code }),
  'POST /api/sign-up by no such invite': () => post('/api/sign-up', { ...newcomer(), invite: newSecret() }),
  'POST /api/sign-in': async ({ people }) => signInAs(await people.add()),
  'POST /api/sign-in as a suspended user': async ({ people }) => {
    const person = await people.add()
    await people.suspend(person)
    return signInAs(person)
  },
  'POST /api/sign-in with a wrong password': ({ me }) => signInAs(me, 'four green turtles'),
  'POST /api/sign-out': () => post('/api/sign-out'),
  'POST /api/sign-out everywhere': () => post('/api/sign-out', { everywhere: true }),
  'GET /api/me': () => get('/api/me'),
  'PATCH /api/me': () => patch('/api/me', { displayName: aName('Name') }),
  'PUT /api/me/password': () => put('/api/me/password', passwords),
  'PUT /api/me/password by a wrong one': () => put('/api/me/password', { ...passwords, currentPassword: 'wrong' }),
  'GET /api/sessions': () => get('/api/sessions'),
  'POST /api/sessions': () => post('/api/sessions'),
  'DELETE /api/sessions/{session}': ({ me, people }) => sessionOf(me, people),
  'DELETE /api/sessions/{session} in use': async ({ me: { client } }) => {
    const { body } = await client.get('/api/sessions')
    return remove(`/api/sessions/${body.sessions[0].id}`)
  },
  'DELETE /api/sessions/{session} of another': async ({ people }) => sessionOf(await people.add(), people),
  'GET /api/tokens': () => get('/api/tokens'),
  'POST /api/tokens': () => post('/api/tokens', { label: 'mine' }),
  'POST /api/tokens of scope admin': () => post('/api/tokens', { label: 'mine', scopes: ['admin'] }),
  'DELETE /api/tokens/{token}': ({ me, people }) => tokenOf(me, people),
  'DELETE /api/tokens/{token} of another': async ({ people }) => tokenOf(await people.add(), people),
  'GET /api/invites': () => get('/api/invites'),
  'POST /api/invites': () => post('/api/invites', {}),
  'DELETE /api/invites/{invite}': async (at) => {
    const isGuest = at.me.actor.siteRole === 'guest'
    return remove(`/api/invites/${(await anInvite(at, isGuest ? {} : { by: at.me, into: 'public' })).id}`)
  },
  'DELETE /api/invites/{invite} of another': async (at) => remove(`/api/invites/${(await anInvite(at)).id}`),
  'DELETE /api/invites/{invite} into privacy': async (at) =>
    remove(`/api/invites/${(await anInvite(at, { into: 'private' })).id}`),
  'GET /api/invites/{code}/preview': async (at) => get(`/api/invites/${(await anInvite(at)).code}/preview`),
  'GET /api/invites/{code}/preview unknown': () => get(`/api/invites/${newSecret()}/preview`),
  'POST /api/invites/{code}/join': async (at) => post(`/api/invites/${(await anInvite(at)).code}/join`),
  'POST /api/invites/{code}/join unknown': () => post(`/api/invites/${newSecret()}/join`),
  'GET /api/users by ids': ({ me }) => get(`/api/users?ids=${me.userId}`),
  'GET /api/users by name': ({ me }) => get(`/api/users?query=${me.username}`),
  'PATCH /api/users/{user}': async (at) => patch(await stranger(at), { siteRole: 'guest' }),
  'PATCH /api/users/{user} an owner': async (at) => patch(await stranger(at, 'owner'), { siteRole: 'member' }),
  'PATCH /api/users/{user} into an owner': async (at) => patch(await stranger(at), { siteRole: 'owner' }),
  'PATCH /api/users/{user} oneself suspended': ({ me }) => patch(`/api/users/${me.userId}`, { suspended: true }),
  'PATCH /api/users/{user} nobody': () => patch(`/api/users/${uuidv7()}`, { suspended: true }),
  'DELETE /api/users/{user}': async (at) => remove(await stranger(at)),
  'DELETE /api/users/{user} an owner': async (at) => remove(await stranger(at, 'owner')),
  'DELETE /api/users/{user} nobody': () => remove(`/api/users/${aName('nobody')}`),
  'DELETE /api/users/{user} oneself': ({ me }) => remove(`/api/users/${me.username}`, { password: PASSWORD }),
  'GET /api/accounts': () => get('/api/accounts'),
  'GET /api/audit': () => get('/api/audit'),
  'GET /api/rooms': () => get('/api/rooms'),
  'POST /api/rooms': () => post('/api/rooms', { slug: aName('room'), name: 'Room', visibility: 'private' }),
  'GET /api/sync': () => get('/api/sync'),
  'GET /api/feed': () => get('/api/feed'),
  'PUT /api/streams/{stream}/watch no such': () => put(`/api/streams/${uuidv7()}/watch`, { rooms: [] }),
}

/** Those that may end the session with which they are asked. */
export const usingUpTheAsker: ReadonlySet<string> = new Set([
  'POST /api/sign-up by an invite',
  'POST /api/sign-in',
  'POST /api/sign-out',
  'POST /api/sign-out everywhere',
  'PUT /api/me/password',
  'DELETE /api/sessions/{session} in use',
  'DELETE /api/users/{user} oneself',
])

/** Those that do not look at who asks. */
export const aboutOthers: ReadonlySet<string> = new Set([
  'POST /api/sign-up by an invite',
  'POST /api/sign-in as a suspended user',
  'DELETE /api/sessions/{session} of another',
  'DELETE /api/tokens/{token} of another',
  'DELETE /api/invites/{invite} of another',
  'DELETE /api/invites/{invite} into privacy',
  'GET /api/invites/{code}/preview',
  'POST /api/invites/{code}/join',
  'PATCH /api/users/{user}',
  'PATCH /api/users/{user} an owner',
  'PATCH /api/users/{user} into an owner',
  'DELETE /api/users/{user}',
  'DELETE /api/users/{user} an owner',
])

async function sessionOf(person: Person, people: People): Promise<Ask> {
  return remove(`/api/sessions/${(await people.addSession(person)).sessionId}`)
}

async function tokenOf(person: Person, people: People): Promise<Ask> {
  return remove(`/api/tokens/${(await people.addToken(person, ['read'])).tokenId}`)
}

interface InviteOptions {
  /** Otherwise another admin, who is in no private room of others. */
  readonly by?: Person
  /** Otherwise to the site alone. */
  readonly into?: 'public' | 'private'
}

async function anInvite({ people }: SiteCase, { by, into }: InviteOptions = {}): Promise<{ id: string; code: string }> {
  const host = by ?? (await people.add({ siteRole: 'admin' }))
  const invite = { inviteId: uuidv7(), code: newSecret() }
  const room = into === undefined ? {} : { room: await people.addRoom(host, { visibility: into }) }
  const made = { inviteId: invite.inviteId, codeHash: hashSecret(invite.code), ...room }
  await people.execute({ type: 'createInvite', ...made }, host.actor)
  return { id: invite.inviteId, code: invite.code }
}
