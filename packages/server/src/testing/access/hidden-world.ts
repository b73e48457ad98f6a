/** A site with a private room and private things of its members, each of which holds a word that stands nowhere else. */

import { randomBytes } from 'node:crypto'
import { uuidv7 } from 'uuidv7'
import { hashSecret } from '../../auth/secrets.ts'
import type { Answered } from '../a-client.ts'
import { cookieIn } from '../by-cookie.ts'
import { startServer } from '../start-server.ts'
import { PASSWORD, People } from './people.ts'

export const aWord = (): string => `q${randomBytes(6).toString('hex')}`

export async function aHiddenWorld() {
  const people = await People.of(await startServer({ config: { rateLimits: false, trustProxy: ['127.0.0.1'] } }))
  const email = `${aWord()}@example.com`
  const [owner, admin, outsider, insider, ex, late, guest] = [
    await people.add({ siteRole: 'owner' }),
    await people.add({ siteRole: 'admin' }),
    await people.add(),
    await people.add({ email }),
    await people.add(),
    await people.add(),
    await people.add({ siteRole: 'guest' }),
  ]
  const bot = await people.coming(await people.add({ kind: 'bot' }), { by: 'token', scopes: ['read', 'write'] })
  const gone = await people.add()
  await people.execute({ type: 'endSessions' }, gone.actor)

  const lobby = await people.addRoom(owner, { members: [admin, outsider, insider, ex, late, guest, bot, gone] })
  const start: string = (await owner.client.get('/api/sync')).body.cursor
  const room = { slug: aWord(), name: aWord(), topic: aWord() }
  const roomId = uuidv7()
  const ghost = await people.add({ username: aWord() })
  const members = [insider, ex, ghost].map(({ userId }) => ({ userId, role: 'moderator' as const }))
  await people.execute({ type: 'createRoom', roomId, ...room, visibility: 'private', members })
  const before = { text: aWord() }
  const messageId = await people.post(insider, roomId, `${before.text} @${outsider.username}`)
  await people.execute({ type: 'removeMember', room: roomId, user: 'me' }, ex.actor)

  return {
    people,
    actors: { owner, admin, outsider, ex, guest, bot, gone, none: { ...outsider, client: people.server.anyone } },
    insider,
    email,
    late,
    ghost,
    lobby,
    start,
    roomId,
    messageId,
    /** Of the room, which only its members may know. */
    roomWords: { ...room, ...before, roomId, messageId },
  }
}

export type HiddenWorld = Awaited<ReturnType<typeof aHiddenWorld>>

/** What happens in the room while others listen. @returns the words of it */
export async function liveOn({ ghost, insider, people, roomId }: HiddenWorld) {
  const words = { renamed: aWord(), newTopic: aWord(), posted: aWord(), newText: aWord(), added: aWord() }
  const erased = { edited: aWord(), deleted: aWord() }
  const { client } = insider
  const room = `/api/rooms/${roomId}`
  const post = async (text: string): Promise<string> =>
    (await client.post(`${room}/messages`, { text })).body.message.id

  await client.patch(room, { name: words.renamed, topic: words.newTopic })
  const edited = await post(erased.edited)
  await client.patch(`/api/messages/${edited}`, { text: words.newText })
  await client.delete(`/api/messages/${await post(erased.deleted)}`)
  await post(words.posted)
  const added = await people.add({ username: words.added })
  await client.put(`${room}/members/${words.added}`, { role: 'moderator' })
  await client.put(`${room}/read`, { seq: 1, force: true })
  await client.post(`${room}/typing`)
  await client.patch(room, { archived: true })
  await client.patch(room, { archived: false })
  await client.delete(`${room}/members/${added.userId}`)
  await client.put(`${room}/members/${ghost.userId}`, { role: 'member' })
  const { added: _added, ...known } = words
  return { words: known, erased }
}

/** Things of the insider alone. */
export async function ownThings({ email, insider, people, roomId }: HiddenWorld) {
  const { client } = insider
  const profile = { locale: `en-x-${randomBytes(4).toString('hex')}`, timeZone: 'Antarctica/Troll' }
  const label = aWord()
  await client.patch('/api/me', profile)
  const token = await client.post('/api/tokens', { label })
  const invite = await client.post('/api/invites', { roomId })
  const from = { userAgent: aWord(), address: '203.0.113.77' }
  const signedIn = await people.server.anyone
    .with({ 'user-agent': from.userAgent, 'x-forwarded-for': from.address })
    .post('/api/sign-in', { email, password: PASSWORD })
  const [, secret = ''] = cookieIn(signedIn.headers).split('=')
  const hash = (await people.server.storage.user({ id: insider.userId }))?.passwordHash ?? ''
  return {
    ...profile,
    ...from,
    email,
    label,
    token: textIn(token, 'token'),
    tokenHash: hashSecret(textIn(token, 'token')),
    tokenId: textIn(token, 'id'),
    code: textIn(invite, 'code'),
    codeHash: hashSecret(textIn(invite, 'code')),
    inviteId: textIn(invite, 'id'),
    sessionSecret: secret,
    sessionHash: hashSecret(secret),
    passwordHash: hash,
    salt: hash.split('$').at(-2) ?? '',
  }
}

function textIn({ body }: Answered, key: string): string {
  return body[key]
}
