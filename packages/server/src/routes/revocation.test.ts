import type { Actor } from '@suda/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD, type SiteOfPeople } from '../testing/a-site-of-people.ts'
import type { Answered, Client } from '../testing/a-client.ts'
import { byCookie } from '../testing/by-cookie.ts'
import { openEvents } from '../testing/open-events.ts'
import { openLines, type Lines } from '../testing/open-lines.ts'

const MOST_MS = 2_000
const NEW_PASSWORD = 'four green whales'
/** For the long poll. */
const asJson = { headers: { accept: 'application/json' } }
const operator: Actor = { kind: 'system', via: { kind: 'cli' } }

interface Scene extends SiteOfPeople {
  readonly bob: Client
  /** Other ways of bob. */
  readonly other: Client
  readonly bot: Client
  /** A session that was begun with the token. */
  readonly page: Client
  readonly tokenId: string
}

type Way = 'bob' | 'bot' | 'page'

let scene: Scene

beforeEach(async () => {
  const site = await aSiteOfPeople()
  const bob = await site.invite('bob')
  const { anyone } = site.server
  const { body: token } = await bob.post('/api/tokens', { label: 'bot' })
  const bot = anyone.with({ authorization: `Bearer ${token.token}` })
  const page = byCookie(anyone, await bot.post('/api/sessions'))
  scene = { ...site, bob, bot, page, tokenId: token.id, other: byCookie(anyone, await site.signIn('bob')) }
  for (const slug of ['plans', 'aside']) {
    await site.owner.post('/api/rooms', { slug, name: slug, visibility: 'private' })
    await site.owner.put(`/api/rooms/${slug}/members/bob`, {})
  }
  await site.owner.post('/api/rooms', { slug: 'open', name: 'open', visibility: 'public' })
})

const signOut = () => scene.bob.post('/api/sign-out')
const signOutEverywhere = () => scene.other.post('/api/sign-out', { everywhere: true })
const changePassword = () =>
  scene.other.put('/api/me/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD })
const deleteToken = () => scene.bob.delete(`/api/tokens/${scene.tokenId}`)
const suspend = () => scene.owner.patch('/api/users/bob', { suspended: true })
const deleteUser = () => scene.owner.delete('/api/users/bob', withBody({}))
const deleteMe = () => scene.other.delete('/api/users/me', withBody({ password: PASSWORD }))
const removeBob = () => scene.owner.delete('/api/rooms/plans/members/bob')
const leave = () => scene.bob.delete('/api/rooms/plans/members/me')
const closeRoom = () => scene.owner.patch('/api/rooms/open', { visibility: 'private' })
const cutRole = () => scene.owner.patch('/api/users/bob', { siteRole: 'guest' })

async function endFromElsewhere(): Promise<Answered> {
  const { body } = await scene.bob.get('/api/sessions')
  return scene.other.delete(`/api/sessions/${body.sessions[0].id}`)
}

async function setPassword(): Promise<undefined> {
  const command = { type: 'setPassword', user: 'bob', passwordHash: 'another hash' } as const
  await scene.server.chat.execute(command, operator, { requestId: 'a-test' })
}

interface Loss {
  readonly name: string
  readonly act: () => Promise<Answered | undefined>
}

interface End extends Loss {
  readonly by: Way
  readonly bye: 'session_ended' | 'revoked'
}

const ends: readonly End[] = [
  { name: 'a sign-out', by: 'bob', bye: 'session_ended', act: signOut },
  { name: 'a sign-out everywhere', by: 'bob', bye: 'session_ended', act: signOutEverywhere },
  { name: 'a sign-out everywhere, of a session by token', by: 'page', bye: 'session_ended', act: signOutEverywhere },
  { name: 'a new password', by: 'bob', bye: 'session_ended', act: changePassword },
  { name: 'a new password, of a session by token', by: 'page', bye: 'session_ended', act: changePassword },
  { name: 'a new password by the operator', by: 'bob', bye: 'session_ended', act: setPassword },
  { name: 'the end of a session from another device', by: 'bob', bye: 'session_ended', act: endFromElsewhere },
  { name: 'the deletion of a token', by: 'bot', bye: 'revoked', act: deleteToken },
  { name: 'the deletion of a token, of its session', by: 'page', bye: 'revoked', act: deleteToken },
  { name: 'a suspension', by: 'bob', bye: 'session_ended', act: suspend },
  { name: 'a suspension, of a token', by: 'bot', bye: 'session_ended', act: suspend },
  { name: 'the deletion of a user', by: 'bob', bye: 'session_ended', act: deleteUser },
  { name: 'the deletion of a user, of a token', by: 'bot', bye: 'revoked', act: deleteUser },
  { name: 'the deletion of oneself', by: 'bob', bye: 'session_ended', act: deleteMe },
]

describe('every stream of what is worth nothing any more says so and ends', () => {
  test.for(ends)('after $name', async ({ act, by, bye }) => {
    const reader = scene[by]
    const streams = await openAll(reader, 'plans')
    const control = await openLines(scene.owner, '/api/rooms/plans/feed', 'application/x-ndjson')
    await say('plans', 'before')
    for (const lines of [...streams, control]) await lineWith('before', lines)
    const polled = reader.get(`/api/feed?cursor=${await cursorOf(reader)}&wait=25`, asJson)

    expect([200, 204, undefined]).toContain((await act())?.status)
    const answered = performance.now()
    await say('plans', 'after')

    await lineWith('after', control)
    const told = await Promise.all(streams.map((lines) => lines.rest()))
    expect((await polled).status).toBe(401)
    expect(performance.now() - answered).toBeLessThan(MOST_MS)
    for (const text of told) expect(text).not.toContain('after')
    // Plain text has no word for it.
    const byes = told.slice(0, -1).map((text) => /"reason":"(\w+)","reconnect":(\w+)/.exec(text)?.slice(1))
    expect(byes).toEqual(byes.map(() => [bye, 'false']))
    for (const [path, accept] of streamsOf('plans')) {
      expect(await reader.get(path, { headers: { accept } })).toMatchObject({ status: 401 })
    }
    expect(await reader.post('/api/rooms/plans/messages', { text: 'me again' })).toMatchObject({ status: 401 })
  })
})

describe('what has nothing to do with it goes on', () => {
  const spared: readonly (Loss & { readonly by: 'bot' | 'other' })[] = [
    { name: 'another session after a sign-out', by: 'other', act: signOut },
    { name: 'a token after a sign-out everywhere', by: 'bot', act: signOutEverywhere },
    { name: 'a token after a new password', by: 'bot', act: changePassword },
    { name: 'the session that gave the new password', by: 'other', act: changePassword },
    { name: 'a session after the deletion of a token', by: 'other', act: deleteToken },
  ]
  test.for(spared)('$name', async ({ act, by }) => {
    const streams = await openAll(scene[by], 'plans')

    await act()
    await say('plans', 'after')

    for (const lines of streams) await lineWith('after', lines)
    expect(await scene[by].get('/api/me')).toMatchObject({ status: 200 })
  })

  test('a token after a suspension that was lifted, but no session', async () => {
    await suspend()
    await scene.owner.patch('/api/users/bob', { suspended: false })

    expect(await scene.bot.get('/api/me')).toMatchObject({ status: 200 })
    for (const ended of [scene.bob, scene.other, scene.page]) {
      expect(await ended.get('/api/me')).toMatchObject({ status: 401 })
    }
  })
})

describe('a room that one may no longer read is told of no more, and all else goes on', () => {
  const losses: readonly (Loss & { readonly room: 'plans' | 'open' })[] = [
    { name: 'a removal', room: 'plans', act: removeBob },
    { name: 'leaving', room: 'plans', act: leave },
    { name: 'the turn to private', room: 'open', act: closeRoom },
    { name: 'becoming a guest', room: 'open', act: cutRole },
  ]
  test.for(losses)('after $name', async ({ act, room }) => {
    const { bob } = scene
    const [feed, ...ofRoom] = await openAll(bob, room)
    if (feed === undefined) throw new Error('there are streams')
    if (room === 'open') await watch(feed, room)
    const cursor = await cursorOf(bob)
    await say(room, 'before')
    for (const lines of [feed, ...ofRoom]) await lineWith('before', lines)

    await act()
    const answered = performance.now()
    await say(room, 'after')
    await scene.owner.post(`/api/rooms/${room}/typing`)
    await say('aside', 'the end')

    const told = await Promise.all(ofRoom.map((lines) => lines.rest()))
    expect(performance.now() - answered).toBeLessThan(MOST_MS)
    for (const text of told) expect(text).not.toContain('after')
    for (const text of told.slice(0, -1)) expect(text).toContain('"reason":"removed","reconnect":false')
    const since = await untilLine('the end', feed)
    expect(since).not.toContain('after')
    expect(since).not.toContain('typing')
    for (const [path, accept] of streamsOf(room).slice(1)) {
      expect(await bob.get(path, { headers: { accept } })).toMatchObject({ status: 404 })
    }
    const again = await bob.get(`/api/feed?cursor=${cursor}`, asJson)
    expect(again.text).toContain('the end')
    expect(again.text).not.toContain('before')
  })

  test('whoever is let in again is not told what was said meanwhile but by loading the room', async () => {
    const { bob, owner } = scene
    const cursor = await cursorOf(bob)
    await removeBob()
    await say('plans', 'meanwhile')
    await owner.put('/api/rooms/plans/members/bob', {})
    await say('plans', 'after')

    const events = await openEvents(bob, '/api/feed', { 'last-event-id': cursor })

    expect((await events.until('reset')).data).toMatchObject({ reason: 'joined', scope: 'room' })
    const told: unknown[] = []
    while (!JSON.stringify(told).includes('after')) told.push((await events.next()).data)
    expect(JSON.stringify(told)).not.toContain('meanwhile')
  })

  test.for(losses.filter(({ room }) => room === 'open'))(
    'whoever watched it is told to let it go: $name',
    async ({ act }) => {
      const { bob, owner } = scene
      const events = await openEvents(bob, '/api/feed')
      const { streamId } = (await events.until('hello')).data
      const roomId = (await owner.get('/api/rooms/open')).body.room.id
      await bob.put(`/api/streams/${streamId}/watch`, { rooms: [roomId] })
      expect((await events.until('reset')).data).toEqual({ reason: 'watching', scope: 'room', roomId })

      await act()

      expect((await events.until('reset')).data).toEqual({ reason: 'watching', scope: 'room', roomId })
      expect(await bob.put(`/api/streams/${streamId}/watch`, { rooms: [roomId] })).toMatchObject({ status: 404 })
    },
  )
})

test('an answer that was kept is not given again to whoever has no right to it any more', async () => {
  const again = { headers: { 'idempotency-key': '018f0000-0000-7000-8000-000000000001' } }
  const room = { slug: 'mine', name: 'mine', visibility: 'private' }
  expect(await scene.bob.post('/api/rooms', room, again)).toMatchObject({ status: 201 })
  expect(await scene.bob.post('/api/rooms', room, again)).toMatchObject({ status: 201 })

  await signOut()

  expect(await scene.bob.post('/api/rooms', room, again)).toMatchObject({ status: 401 })
})

function withBody(body: unknown): RequestInit {
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** The personal feed, and the room's in every format, plain text last. */
function streamsOf(room: string): (readonly [path: string, accept: string])[] {
  const path = `/api/rooms/${room}/feed`
  return [
    ['/api/feed', 'text/event-stream'],
    [path, 'text/event-stream'],
    [path, 'application/x-ndjson'],
    [path, 'text/plain'],
  ]
}

function openAll(client: Client, room: string): Promise<Lines[]> {
  return Promise.all(streamsOf(room).map(([path, accept]) => openLines(client, path, accept)))
}

/** On the personal feed, of which nothing was read yet. */
async function watch(feed: Lines, room: string): Promise<void> {
  const hello = await lineWith('streamId', feed)
  const { body } = await scene.owner.get(`/api/rooms/${room}`)
  const streamId = /"streamId":"([^"]+)"/.exec(hello)?.[1]
  expect(await scene.bob.put(`/api/streams/${streamId}/watch`, { rooms: [body.room.id] })).toMatchObject({
    status: 204,
  })
}

async function say(room: string, text: string): Promise<void> {
  expect(await scene.owner.post(`/api/rooms/${room}/messages`, { text })).toMatchObject({ status: 201 })
}

async function cursorOf(client: Client): Promise<string> {
  return (await client.get('/api/sync')).body.cursor
}

async function lineWith(text: string, lines: Lines): Promise<string> {
  for (;;) {
    const line = await lines.next()
    if (line.includes(text)) return line
  }
}

/** All lines up to the one with the text. */
async function untilLine(text: string, lines: Lines): Promise<string> {
  const told: string[] = []
  do told.push(await lines.next())
  while (told.at(-1)?.includes(text) !== true)
  return told.join('\n')
}
