import type { Actor, Draft } from '@suda/core'
import { beforeEach, describe, expect, test } from 'vitest'
import { Passwords } from '../auth/passwords/passwords.ts'
import { hashSecret } from '../auth/secrets.ts'
import { aClient, type Answered, type Client } from '../testing/a-client.ts'
import { aSharedSite, at, type SharedSite } from '../testing/a-shared-site.ts'
import { byCookie } from '../testing/by-cookie.ts'
import { openEvents, type Events } from '../testing/open-events.ts'
import { suda, type Ended, type RunningServer } from '../testing/run-suda.ts'

const MOST_MS = 2_000
const RUNS = 5
const PASSWORD = 'three blue whales'
const NEW_PASSWORD = 'four green whales'
const operator: Actor = { kind: 'system', via: { kind: 'cli' } }

interface Scene {
  readonly site: SharedSite
  readonly here: RunningServer
  readonly there: RunningServer
  readonly alice: Client
  readonly bob: Client
}

let scene: Scene

beforeEach(async () => {
  const site = await aSharedSite()
  const [here, there] = await Promise.all([site.startNode(), site.startNode()])
  const [alice, bob] = [at(here, await site.addUser('alice')), at(there, await site.addUser('bob'))]
  await site.addRoom('plans', { owner: alice, members: [bob], private: true })
  await site.addRoom('other', { owner: alice, members: [bob] })
  scene = { site, here, there, alice, bob }
})

describe('what is taken at one process is taken at the others within 2 s', () => {
  test('a membership: the room’s own feed ends, and the personal one goes on without the room', async () => {
    const { alice, bob } = scene
    const personal = await openEvents(bob, '/api/feed')

    const times = await timesOf(async () => {
      await alice.put('/api/rooms/plans/members/bob', {})
      const own = await openEvents(bob, '/api/rooms/plans/feed')
      await own.until('messages')
      expect((await alice.delete('/api/rooms/plans/members/bob')).status).toBe(204)
      const answered = performance.now()
      await alice.post('/api/rooms/plans/messages', { text: 'among us' })
      expect((await own.until('bye')).data).toEqual({ reason: 'removed', reconnect: false })
      expect((await bob.get('/api/rooms/plans')).status).toBe(404)
      return answered
    })

    expectSoon(times)
    await alice.post('/api/rooms/other/messages', { text: 'the end' })
    const told = await allUntil(personal, 'the end')
    expect(told.filter(({ type }) => type === 'member.left')).toHaveLength(RUNS)
    expect(JSON.stringify(told)).not.toContain('among us')
  })

  test('the reading of a room that turned private', async () => {
    const { alice, site, there } = scene
    const carol = at(there, await site.addUser('carol'))

    const times = await timesOf(async () => {
      await alice.patch('/api/rooms/other', { visibility: 'public' })
      const own = await openEvents(carol, '/api/rooms/other/feed')
      await own.until('messages')
      expect((await alice.patch('/api/rooms/other', { visibility: 'private' })).status).toBe(200)
      const answered = performance.now()
      await alice.post('/api/rooms/other/messages', { text: 'among us' })
      const told = await allUntil(own, '"removed"')
      expect(JSON.stringify(told)).not.toContain('among us')
      return answered
    })

    expectSoon(times)
  })

  test('a token', async () => {
    const { bob, site } = scene

    const times = await timesOf(async () => {
      const token = await bob.addToken()
      const record = await site.storage.token(hashSecret(token))
      const byToken = bob.with({ authorization: `Bearer ${token}` })
      return cutOff(byToken, 'revoked', {
        type: 'token.deleted',
        audience: ['server', `user:${bob.userId}`],
        userId: bob.userId,
        tokenId: record?.token.id ?? '',
      })
    })

    expectSoon(times)
  })

  test('a session', async () => {
    const { bob, here } = scene

    const times = await timesOf(async () => {
      const cookie = (await bob.post('/api/sessions')).headers.getSetCookie()[0]?.split(';')[0] ?? ''
      const bySession = bob.with({ cookie })
      const events = await openEvents(bySession, '/api/feed')
      await events.until('hello')
      const out = await at(here, bob).with({ cookie, origin: here.url }).post('/api/sign-out')
      expect(out.status).toBe(204)
      const answered = performance.now()
      expect((await bySession.get('/api/me')).status).toBe(401)
      expect((await events.until('bye')).data).toEqual({ reason: 'session_ended', reconnect: false })
      return answered
    })

    expectSoon(times)
  })

  test('an account', async () => {
    const { bob, site } = scene
    const { userId } = bob
    const suspend = (suspended: boolean): Draft => ({
      type: 'profile.changed',
      audience: [`user:${userId}`],
      userId,
      profile: { suspended },
    })

    const times = await timesOf(async () => {
      const answered = await cutOff(bob, 'session_ended', suspend(true))
      await commit(site, suspend(false))
      return answered
    })

    expectSoon(times)
  })
})

interface Device {
  /** At the other process. */
  readonly session: Client
  /** Here, of the same user. */
  readonly other: Client
  readonly owner: Client
}

interface Way {
  readonly name: string
  readonly take: (device: Device) => Promise<Answered | Ended>
}

describe('who is put out at one process is out at the others within 2 s, in every feed', () => {
  const ways: readonly Way[] = [
    { name: 'by signing out everywhere', take: ({ other }) => other.post('/api/sign-out', { everywhere: true }) },
    {
      name: 'by a new password',
      take: ({ other }) => other.put('/api/me/password', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
    },
    {
      name: 'from another device',
      async take({ other, session }) {
        const { body } = await session.get('/api/sessions')
        return other.delete(`/api/sessions/${body.sessions[0].id}`)
      },
    },
    { name: 'by a suspension', take: ({ owner }) => owner.patch('/api/users/bob', { suspended: true }) },
    { name: 'by a deletion', take: ({ owner }) => owner.send('DELETE', '/api/users/bob', JSON_BODY) },
    {
      name: 'by the operator',
      take: () => suda(['user', 'password', 'bob', '--password-stdin'], { ...scene.site.options, stdin: NEW_PASSWORD }),
    },
  ]
  test.for(ways)('$name', async ({ take }) => {
    const device = await aDevice()
    const { session } = device
    const feeds = await Promise.all(['/api/feed', '/api/rooms/plans/feed'].map((path) => openEvents(session, path)))
    await scene.alice.post('/api/rooms/plans/messages', { text: 'among us' })
    for (const events of feeds) await allUntil(events, 'among us')

    const taken = await take(device)
    const answered = performance.now()
    await scene.alice.post('/api/rooms/plans/messages', { text: 'without bob' })

    expect('status' in taken ? [200, 204].includes(taken.status) : taken.code === 0).toBe(true)
    expect((await session.get('/api/me')).status).toBe(401)
    for (const events of feeds) {
      const told = await allUntil(events, '"reconnect"')
      expect(told.at(-1)).toEqual({ reason: 'session_ended', reconnect: false })
      expect(JSON.stringify(told)).not.toContain('without bob')
      await events.ended
    }
    expect(performance.now() - answered).toBeLessThan(MOST_MS)
  })

  test('of a public room by becoming a guest, who goes on in the own rooms', async () => {
    const { bob, there } = scene
    const { owner } = await aDevice()
    await owner.post('/api/rooms', { slug: 'open', name: 'open', visibility: 'public' })
    const [open, personal] = [await openEvents(bob, '/api/rooms/open/feed'), await openEvents(bob, '/api/feed')]
    await open.until('messages')
    await personal.until('hello')

    await owner.patch('/api/users/bob', { siteRole: 'guest' })
    const answered = performance.now()
    await owner.post('/api/rooms/open/messages', { text: 'among us' })

    expect((await open.until('bye')).data).toEqual({ reason: 'removed', reconnect: false })
    expect(performance.now() - answered).toBeLessThan(MOST_MS)
    expect((await at(there, bob).get('/api/rooms/open')).status).toBe(404)
    await scene.alice.post('/api/rooms/plans/messages', { text: 'the end' })
    expect(JSON.stringify(await allUntil(personal, 'the end'))).not.toContain('among us')
  })
})

const JSON_BODY = { body: '{}', headers: { 'content-type': 'application/json' } }

async function aDevice(): Promise<Device> {
  const { here, site, there } = scene
  const passwordHash = await new Passwords().hash(PASSWORD)
  await site.chat.execute({ type: 'setPassword', user: 'bob', passwordHash }, operator, { requestId: 'a-test' })
  const signIn = async ({ url }: RunningServer): Promise<Client> => {
    const client = aClient(url, undefined)
    return byCookie(client, await client.post('/api/sign-in', { username: 'bob', password: PASSWORD }))
  }
  const owner = await site.addUser('olga', 'owner')
  const token = await owner.addToken(['read', 'write', 'admin'])
  const admin = at(here, owner).with({ authorization: `Bearer ${token}` })
  return { session: await signIn(there), other: await signIn(here), owner: admin }
}

/** Opens a stream at the other process, and waits for its end once the change is committed here. */
async function cutOff(client: Client, reason: string, draft: Draft): Promise<number> {
  const events = await openEvents(client, '/api/feed')
  await events.until('hello')
  await commit(scene.site, draft)
  const committed = performance.now()
  expect((await client.get('/api/me')).status).toBe(401)
  expect((await events.until('bye')).data).toEqual({ reason, reconnect: false })
  return committed
}

async function commit({ storage }: SharedSite, draft: Draft): Promise<void> {
  await storage.commit([draft], { preconditions: [], by: { via: { kind: 'cli' }, requestId: 'a-test' } })
}

/** How long after the moment that each run answers it was over, ms. */
async function timesOf(run: () => Promise<number>): Promise<number[]> {
  const times: number[] = []
  for (let count = 0; count < RUNS; count++) times.push(await run().then((from) => performance.now() - from))
  return times.toSorted((a, b) => a - b)
}

function expectSoon(times: readonly number[]): void {
  expect(times).toHaveLength(RUNS)
  expect(times.at(-1)).toBeLessThan(MOST_MS)
}

async function allUntil(events: Events, text: string): Promise<{ type?: string }[]> {
  const told: { type?: string }[] = []
  for (;;) {
    const { data } = await events.next()
    told.push(data)
    if (JSON.stringify(data).includes(text)) return told
  }
}
