import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { startServer } from '../testing/start-server.ts'

test('a room is made with its maker as moderator, found by id and slug, listed, and by browsing found by others', async () => {
  const server = await startServer()
  const [alice, bob, guest] = [
    await server.addUser('alice'),
    await server.addUser('bob'),
    await server.addUser('gus', 'guest'),
  ]

  const made = await alice.post('/api/rooms', {
    slug: '공지-사항',
    name: '공지 사항',
    visibility: 'public',
    topic: 'News',
  })
  const { room } = made.body

  expect(made.status).toBe(201)
  expect(room).toMatchObject({ slug: '공지-사항', topic: 'News', memberCount: 1, my: { role: 'moderator' } })
  for (const ref of [room.id, '공지-사항', '공지-사항'.normalize('NFD')]) {
    expect(await alice.get(`/api/rooms/${encodeURIComponent(ref)}`), ref).toMatchObject({ status: 200, body: { room } })
  }
  expect(await alice.get('/api/rooms')).toMatchObject({ status: 200, body: { rooms: [room], users: [] } })
  expect((await bob.get('/api/rooms')).body.rooms).toEqual([])
  expect((await bob.get('/api/rooms?browse=true')).body.rooms).toMatchObject([{ id: room.id }])
  expect((await guest.get('/api/rooms?browse=true')).body.rooms).toEqual([])
  expect(await guest.post('/api/rooms', { slug: 'x', name: 'x', visibility: 'public' })).toMatchObject({ status: 403 })
  expect(await bob.post('/api/rooms', { slug: '공지-사항', name: 'x', visibility: 'public' })).toMatchObject({
    status: 409,
    body: { code: 'taken' },
  })
})

test('a change of a room raises its revision, and one that was built on an older one gets 409 and the room as it is', async () => {
  const server = await startServer()
  const [alice, bob] = [await server.addUser('alice'), await server.addUser('bob')]
  await server.addRoom('general', { owner: alice, members: [bob] })

  const changed = await alice.patch('/api/rooms/general', { name: 'Everybody', revision: 1 })
  const stale = await alice.patch('/api/rooms/general', { name: 'Nobody', revision: 1 })
  const winner = await alice.patch('/api/rooms/general', { slug: 'all' })

  expect(changed).toMatchObject({ status: 200, body: { room: { name: 'Everybody', revision: 2 } } })
  expect(stale).toMatchObject({ status: 409, body: { code: 'stale', current: { name: 'Everybody', revision: 2 } } })
  expect(winner).toMatchObject({ status: 200, body: { room: { slug: 'all', name: 'Everybody' } } })
  expect(await bob.patch('/api/rooms/all', { name: 'Mine' })).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  })
})

test('a deleted room is gone for everybody, and an archived one takes no posts', async () => {
  const server = await startServer()
  const alice = await server.addUser('alice')
  await server.addRoom('old', { owner: alice })
  await server.addRoom('gone', { owner: alice })

  expect(await alice.patch('/api/rooms/old', { archived: true })).toMatchObject({
    status: 200,
    body: { room: { archived: true } },
  })
  expect(await alice.post('/api/rooms/old/messages', { text: 'x' })).toMatchObject({
    status: 409,
    body: { code: 'room_archived' },
  })
  expect(await alice.delete('/api/rooms/gone')).toMatchObject({ status: 204, text: '' })
  expect(await alice.get('/api/rooms/gone')).toMatchObject({ status: 404 })
})

test('joining, inviting, giving a role and leaving are answered with the membership', async () => {
  const server = await startServer()
  const [alice, bob, carol] = [
    await server.addUser('alice'),
    await server.addUser('bob'),
    await server.addUser('carol'),
  ]
  await server.addRoom('general', { owner: alice })

  expect(await bob.put('/api/rooms/general/members/me')).toMatchObject({
    status: 201,
    body: { member: { userId: bob.userId, role: 'member' } },
  })
  expect(await bob.put('/api/rooms/general/members/me')).toMatchObject({
    status: 200,
    body: { member: { userId: bob.userId, role: 'member' } },
  })
  expect(await bob.put('/api/rooms/general/members/carol', {})).toMatchObject({
    status: 201,
    body: { member: { userId: carol.userId } },
  })
  expect(await bob.put('/api/rooms/general/members/carol', { role: 'moderator' })).toMatchObject({ status: 403 })
  expect(await alice.put(`/api/rooms/general/members/${carol.userId}`, { role: 'moderator' })).toMatchObject({
    status: 200,
    body: { member: { role: 'moderator' } },
  })
  expect(await alice.put('/api/rooms/general/members/nobody')).toMatchObject({ status: 404 })
  expect((await alice.get('/api/rooms/general/members')).body).toMatchObject({
    members: expect.arrayContaining([expect.objectContaining({ userId: carol.userId, role: 'moderator' })]),
    users: expect.arrayContaining([expect.objectContaining({ id: carol.userId, username: 'carol' })]),
  })
  expect(await bob.delete('/api/rooms/general/members/me')).toMatchObject({ status: 204 })
  expect(await bob.delete('/api/rooms/general/members/me')).toMatchObject({ status: 204 })
  expect(await carol.delete('/api/rooms/general/members/alice')).toMatchObject({ status: 204 })
})

test('members are listed page by page without a gap', async () => {
  const server = await startServer()
  const alice = await server.addUser('alice')
  const others = await Promise.all(Array.from({ length: 6 }, (_, index) => server.addUser(`user-${index}x`)))
  await server.addRoom('general', { owner: alice, members: others })

  const found: string[] = []
  for (let more: string | undefined = ''; more !== undefined;) {
    const { body } = await alice.get(
      `/api/rooms/general/members?limit=3${more === '' ? '' : `&after=${encodeURIComponent(more)}`}`,
    )
    found.push(...body.members.map(({ userId }: { userId: string }) => userId))
    more = body.more
  }

  expect(found).toEqual([alice, ...others].map(({ userId }) => userId).toSorted())
})

test('a read position moves forwards, backwards only by force, and never beyond the newest message', async () => {
  const server = await startServer()
  const [alice, bob] = [await server.addUser('alice'), await server.addUser('bob')]
  await server.addRoom('general', { owner: alice, members: [bob] })
  for (const text of ['one', 'two', 'three']) await alice.post('/api/rooms/general/messages', { text })
  const move = (body: object) => bob.put('/api/rooms/general/read', body)

  expect(await move({ seq: 2 })).toMatchObject({ status: 200, body: { seq: 2, ordinal: 2, unreadMentions: [] } })
  expect(await move({ seq: 1 })).toMatchObject({ status: 200, body: { seq: 2, ordinal: 2 } })
  expect(await move({ seq: 1, force: true })).toMatchObject({ status: 200, body: { seq: 1, ordinal: 1 } })
  for (const seq of [-1, 4, 1.5, '1', null]) expect(await move({ seq }), String(seq)).toMatchObject({ status: 422 })
})

test('a first screen holds the site, oneself and the own rooms, and some rooms alone can be had anew', async () => {
  const server = await startServer()
  const [alice, bob] = [await server.addUser('alice'), await server.addUser('bob')]
  const [one, two] = [await server.addRoom('one', { owner: alice }), await server.addRoom('two', { owner: alice })]
  const secret = await server.addRoom('secret', { owner: bob, private: true })
  const { epoch, position } = await server.storage.head()

  const all = await alice.get('/api/sync')
  const some = await alice.get(`/api/sync?rooms=${two},${secret},${randomUUID()}`)

  expect(all).toMatchObject({
    status: 200,
    body: { cursor: `${epoch}.${position}`, me: { username: 'alice' }, site: { id: server.siteId } },
  })
  expect(all.body.rooms.map(({ id }: { id: string }) => id).toSorted()).toEqual([one, two].toSorted())
  expect(some.body.rooms).toMatchObject([{ id: two }])
})

test('users are found by id and by the beginning of their name, but not by guests', async () => {
  const server = await startServer()
  const [alice, bob, guest] = [
    await server.addUser('alice'),
    await server.addUser('bob'),
    await server.addUser('gus', 'guest'),
  ]

  expect((await alice.get(`/api/users?ids=${bob.userId},${randomUUID()}`)).body.users).toEqual([
    { id: bob.userId, kind: 'human', username: 'bob', displayName: 'bob', revision: 1 },
  ])
  expect((await alice.get('/api/users?query=bo')).body.users).toMatchObject([{ id: bob.userId }])
  expect(await guest.get('/api/users?query=bo')).toMatchObject({ status: 403 })
})

test('anyone may know the site, its name and whether it waits for its first owner', async () => {
  const server = await startServer({ config: { signUp: 'closed' } })

  const before = await server.anyone.get('/api/site')
  await server.addUser('alice', 'owner')

  expect(before).toMatchObject({
    status: 200,
    body: { id: server.siteId, needsSetUp: true, signUp: 'closed', protocol: 1, build: 'test' },
  })
  expect((await server.anyone.get('/api/site')).body.needsSetUp).toBe(false)
})
