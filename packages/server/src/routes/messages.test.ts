import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Client } from '../testing/a-client.ts'
import { startServer } from '../testing/start-server.ts'

test('a posted message is answered with 201 and its place, and is in the history', async () => {
  const { alice, roomId } = await aRoom()
  const id = randomUUID()

  const posted = await alice.post('/api/rooms/general/messages', { id, text: 'hello' })
  const history = await alice.get('/api/rooms/general/messages')

  expect(posted).toMatchObject({
    status: 201,
    body: { message: { id, roomId, seq: 1, text: 'hello', authorId: alice.userId } },
  })
  expect(posted.body.cursor).toMatch(/^[a-z0-9]+\.\d+$/)
  expect(history).toMatchObject({
    status: 200,
    body: { messages: [posted.body.message], hasBefore: false, hasAfter: false },
  })
  expect(history.body.users).toMatchObject([{ id: alice.userId, username: 'alice' }])
})

test('the same id and body again is answered with 200 and the message as it is now', async () => {
  const { alice } = await aRoom()
  const body = { id: randomUUID(), text: 'hello' }
  const first = await alice.post('/api/rooms/general/messages', body)

  const again = await alice.post('/api/rooms/general/messages', body)
  await alice.patch(`/api/messages/${body.id}`, { text: 'hello, all' })
  const afterEdit = await alice.post('/api/rooms/general/messages', body)
  await alice.delete(`/api/messages/${body.id}`)
  const afterDelete = await alice.post('/api/rooms/general/messages', body)

  expect(again).toMatchObject({ status: 200, body: { message: first.body.message } })
  expect(afterEdit).toMatchObject({ status: 200, body: { message: { text: 'hello, all', revision: 2 } } })
  expect(afterDelete).toMatchObject({ status: 200, body: { message: { text: '', deletedBy: alice.userId } } })
  expect([again, afterEdit, afterDelete].map(placeOf)).toEqual([first, first, first].map(placeOf))
  expect((await alice.get('/api/rooms/general/messages')).body.messages).toHaveLength(1)
})

test('the same id for anything else is a conflict without details', async () => {
  const { alice, bob, server } = await aRoom()
  await server.addRoom('other', { owner: alice, members: [bob] })
  const id = randomUUID()
  await alice.post('/api/rooms/general/messages', { id, text: 'hello' })

  for (const attempt of [
    alice.post('/api/rooms/general/messages', { id, text: 'something else' }),
    alice.post('/api/rooms/other/messages', { id, text: 'hello' }),
    bob.post('/api/rooms/general/messages', { id, text: 'hello' }),
  ]) {
    const answered = await attempt
    expect(answered).toMatchObject({ status: 409, body: { code: 'conflict' } })
    expect(answered.text).not.toContain(alice.userId)
  }
})

test.each([
  ['isSilent', true],
  ['writtenAt', '2016-03-01T00:00:00.000Z'],
  ['source', { source: 'board', sourceId: '1', writtenAt: '2016-03-01T00:00:00.000Z', isSilent: true }],
])('what only foreign rows may say, %s, is refused in a body', async (field, value) => {
  const { alice } = await aRoom()

  const refused = await alice.post('/api/rooms/general/messages', { text: 'hello', [field]: value })

  expect(refused).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  expect((await alice.get('/api/rooms/general/messages')).body.messages).toEqual([])
})

test('20 posts of one id at once make one message', async () => {
  const { alice } = await aRoom()
  const body = { id: randomUUID(), text: 'hello' }

  const all = await Promise.all(Array.from({ length: 20 }, () => alice.post('/api/rooms/general/messages', body)))

  expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(all.filter(({ status }) => status === 200)).toHaveLength(19)
  expect((await alice.get('/api/rooms/general/messages')).body.messages).toHaveLength(1)
})

test('a token that may only write is answered as others are, also where nothing had to be done', async () => {
  const { alice } = await aRoom()
  const writer = alice.with({ authorization: `Bearer ${await alice.addToken(['write'])}` })
  const body = { id: randomUUID(), text: 'hello' }

  expect(await writer.post('/api/rooms/general/messages', body)).toMatchObject({ status: 201 })
  expect(await writer.post('/api/rooms/general/messages', body)).toMatchObject({ status: 200 })
  expect(await writer.patch(`/api/messages/${body.id}`, { text: 'hello' })).toMatchObject({ status: 200 })
  expect(await writer.patch(`/api/messages/${body.id}`, { text: 'x', revision: 7 })).toMatchObject({ status: 409 })
  expect(await writer.delete(`/api/messages/${body.id}`)).toMatchObject({ status: 200 })
  expect(await writer.delete(`/api/messages/${body.id}`)).toMatchObject({ status: 200 })
  expect(await writer.put('/api/rooms/general/read', { seq: 0 })).toMatchObject({ status: 200, body: { seq: 1 } })
  expect(await writer.post('/api/rooms', { slug: 'one', name: 'one', visibility: 'private' })).toMatchObject({
    status: 201,
  })
  expect(await writer.patch('/api/rooms/one', { visibility: 'public' })).toMatchObject({ status: 200 })
  expect(await writer.get('/api/rooms/one')).toMatchObject({ status: 403 })
})

test('text alone is sent again safely under an Idempotency-Key', async () => {
  const { alice } = await aRoom()
  const headers = { 'content-type': 'text/plain', 'idempotency-key': randomUUID() }

  const first = await alice.send('POST', '/api/rooms/general/messages', { body: 'deployed', headers })
  const again = await alice.send('POST', '/api/rooms/general/messages', { body: 'deployed', headers })

  expect([first.status, again.status]).toEqual([201, 200])
  expect(again.body.message).toEqual(first.body.message)
})

test('posting to a public room joins it', async () => {
  const { alice, server } = await aRoom()
  const carol = await server.addUser('carol')

  expect(await carol.post('/api/rooms/general/messages', { text: 'hi' })).toMatchObject({ status: 201 })
  expect((await alice.get('/api/rooms/general/members')).body.members).toHaveLength(3)
})

test('pages before, after and around a message are gapless, ascending, and say what lies beside them', async () => {
  const { alice } = await aRoom()
  for (let index = 1; index <= 9; index++) await alice.post('/api/rooms/general/messages', { text: `message ${index}` })
  const page = async (query: string) => {
    const { body } = await alice.get(`/api/rooms/general/messages?${query}`)
    return [body.messages.map(({ seq }: { seq: number }) => seq), body.hasBefore, body.hasAfter]
  }

  expect(await page('limit=3')).toEqual([[7, 8, 9], true, false])
  expect(await page('before=4&limit=2')).toEqual([[2, 3], true, true])
  expect(await page('before=3&limit=5')).toEqual([[1, 2], false, true])
  expect(await page('after=7&limit=5')).toEqual([[8, 9], true, false])
  expect(await page('after=0&limit=2')).toEqual([[1, 2], false, true])
  expect(await page('around=5&limit=3')).toEqual([[4, 5, 6], true, true])
  expect(await page('before=1')).toEqual([[], false, true])
  expect(await page('after=9')).toEqual([[], true, false])
})

test('an edit is the author’s alone, raises the revision, and a stale one gets 409 and the message as it is', async () => {
  const { alice, bob } = await aRoom()
  const id = (await alice.post('/api/rooms/general/messages', { text: 'helo' })).body.message.id

  expect(await alice.patch(`/api/messages/${id}`, { text: 'hello', revision: 1 })).toMatchObject({
    status: 200,
    body: { message: { text: 'hello', revision: 2 } },
  })
  expect(await alice.patch(`/api/messages/${id}`, { text: 'bye', revision: 1 })).toMatchObject({
    status: 409,
    body: { code: 'stale', current: { text: 'hello', revision: 2 } },
  })
  expect(await bob.patch(`/api/messages/${id}`, { text: 'mine' })).toMatchObject({ status: 403 })
  expect(await bob.patch(`/api/messages/${id}`, { text: 5 })).toMatchObject({ status: 403 })
  expect(await bob.get(`/api/messages/${id}`)).toMatchObject({ status: 200, body: { message: { text: 'hello' } } })
})

test('a delete leaves the place without its text, and a second one changes nothing', async () => {
  const { alice, bob } = await aRoom()
  const id = (await bob.post('/api/rooms/general/messages', { text: 'oops' })).body.message.id

  const deleted = await alice.delete(`/api/messages/${id}`)

  expect(deleted).toMatchObject({ status: 200, body: { message: { id, text: '', deletedBy: alice.userId } } })
  expect(await alice.delete(`/api/messages/${id}`)).toMatchObject({ status: 200, body: deleted.body })
  expect(await bob.patch(`/api/messages/${id}`, { text: 'back' })).toMatchObject({
    status: 409,
    body: { code: 'message_deleted' },
  })
})

test('replies stand in the thread of their message and not in the main view', async () => {
  const { alice, bob } = await aRoom()
  const root = (await alice.post('/api/rooms/general/messages', { text: 'who?' })).body.message
  const reply = (await bob.post('/api/rooms/general/messages', { text: 'me', threadId: root.id })).body.message

  expect((await alice.get(`/api/messages/${root.id}/thread`)).body).toMatchObject({
    messages: [{ id: reply.id }],
    users: [{ username: 'bob' }],
  })
  expect((await alice.get('/api/rooms/general/messages')).body.messages).toMatchObject([
    { id: root.id, thread: { count: 1 } },
  ])
})

test('every other unsafe call is repeated under its Idempotency-Key with the same answer, and nothing else is', async () => {
  const { alice, bob } = await aRoom()
  const key: string = randomUUID()
  const make = (client: Client, slug: string, idempotencyKey = key) =>
    client.post(
      '/api/rooms',
      { slug, name: slug, visibility: 'public' },
      { headers: { 'idempotency-key': idempotencyKey } },
    )

  const first = await make(alice, 'one')
  await alice.patch('/api/rooms/one', { name: 'changed' })
  const again = await make(alice, 'one')

  expect(first.status).toBe(201)
  expect([again.status, again.text]).toEqual([first.status, first.text])
  expect(await make(alice, 'two')).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(
    await alice.post('/api/rooms/general/typing', undefined, { headers: { 'idempotency-key': key } }),
  ).toMatchObject({ status: 409 })
  expect(await make(bob, 'three')).toMatchObject({ status: 201 })
  expect(await make(alice, 'four', 'x')).toMatchObject({ status: 422 })
  expect(await make(alice, 'four', 'k'.repeat(1_024))).toMatchObject({ status: 422 })
})

test('a call whose answer was lost in a crash is not carried out again, and is answered from its changes', async () => {
  const { alice, server } = await aRoom()
  const headers = { 'idempotency-key': randomUUID() }
  const make = () => alice.post('/api/rooms', { slug: 'one', name: 'one', visibility: 'public' }, { headers })
  const { chat } = server
  const keep = chat.keepAnswer.bind(chat)
  chat.keepAnswer = () => Promise.reject(new Error('a crash'))

  const lost = await make()
  chat.keepAnswer = keep
  const again = await make()

  expect(lost.status).toBe(500)
  expect(again).toMatchObject({ status: 201, body: { room: { slug: 'one' } } })
  expect(
    (await alice.get('/api/rooms')).body.rooms.filter(({ slug }: { slug: string }) => slug === 'one'),
  ).toHaveLength(1)
})

test('where the answer was lost, what a call itself has changed or deleted is no obstacle to its repetition', async () => {
  const { alice, roomId, server } = await aRoom()
  const keep = server.chat.keepAnswer.bind(server.chat)
  const lostThenAgain = async (call: () => Promise<{ status: number }>) => {
    server.chat.keepAnswer = () => Promise.reject(new Error('a crash'))
    const lost = await call()
    server.chat.keepAnswer = keep
    return [lost.status, (await call()).status]
  }
  const [change, removal] = [{ 'idempotency-key': randomUUID() }, { 'idempotency-key': randomUUID() }]
  const path = `/api/rooms/${roomId}`

  const changed = await lostThenAgain(() => alice.patch(path, { name: 'New', revision: 1 }, { headers: change }))
  const deleted = await lostThenAgain(() => alice.delete(path, { headers: removal }))

  expect({ changed, deleted }).toEqual({ changed: [500, 200], deleted: [500, 204] })
})

test('10 equal calls under one key at once are carried out once', async () => {
  const { alice } = await aRoom()
  const headers = { 'idempotency-key': randomUUID() }

  const all = await Promise.all(
    Array.from({ length: 10 }, () =>
      alice.post('/api/rooms', { slug: 'one', name: 'one', visibility: 'public' }, { headers }),
    ),
  )

  expect(new Set(all.map(({ body, status }) => `${status} ${body.room?.id}`)).size).toBe(1)
  expect(all[0]?.status).toBe(201)
})

async function aRoom() {
  const server = await startServer()
  const [alice, bob] = [await server.addUser('alice'), await server.addUser('bob')]
  const roomId = await server.addRoom('general', { owner: alice, members: [bob] })
  return { server, alice, bob, roomId }
}

function placeOf({ body }: { body: { cursor: string } }): number {
  return Number(body.cursor.split('.')[1])
}
