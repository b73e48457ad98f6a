import { expect, test } from 'vitest'
import { openEvents } from '../testing/open-events.ts'
import { openLines } from '../testing/open-lines.ts'
import { startServer, type ServerOptions } from '../testing/start-server.ts'

const PATH = '/api/rooms/general/feed'

test('the room’s feed begins with what the room holds, then tells each message with its author and every other change', async () => {
  const { alice, bob } = await aRoom()
  const stored = (await alice.post('/api/rooms/general/messages', { text: 'stored' })).body

  const events = await openEvents(bob, PATH)
  expect(await events.next()).toMatchObject({ event: 'hello', id: undefined, data: { resumed: false } })
  expect(await events.next()).toEqual({
    event: 'messages',
    id: stored.cursor,
    data: [{ ...stored.message, author: authorOf(alice) }],
  })

  const posted = (await bob.post('/api/rooms/general/messages', { text: 'new' })).body
  expect(await events.next()).toEqual({
    event: 'message',
    id: posted.cursor,
    data: { ...posted.message, author: authorOf(bob) },
  })
  await bob.patch(`/api/messages/${posted.message.id}`, { text: 'newer' })
  expect(await events.next()).toMatchObject({
    event: 'change',
    data: { type: 'message.edited', payload: { message: { text: 'newer' } } },
  })
  await alice.patch('/api/rooms/general', { name: 'Everybody' })
  expect(await events.next()).toMatchObject({ event: 'change', data: { type: 'room.changed' } })
  expect(await events.next()).toMatchObject({ event: 'message', data: { kind: 'system', system: { type: 'renamed' } } })
})

test('DL7: nothing between what is stored and what is told is lost or told twice, however they race', async () => {
  const { alice, bob } = await aRoom()
  const posting = Promise.all(
    Array.from({ length: 60 }, (_, index) => alice.post('/api/rooms/general/messages', { text: `message ${index}` })),
  )

  const streams = await Promise.all(Array.from({ length: 10 }, () => openEvents(bob, `${PATH}?history=200`)))
  await posting

  for (const events of streams) {
    const seen: number[] = (await events.until('messages')).data.map(({ seq }: { seq: number }) => seq)
    const stored = seen.length
    while (seen.at(-1) !== 60) {
      const { data, event } = await events.next()
      if (event === 'message' && !(data.seq <= stored)) seen.push(data.seq)
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
  }
})

test('with a place to go on from there is no history, only what was missed', async () => {
  const { alice, bob } = await aRoom()
  const seen = (await alice.post('/api/rooms/general/messages', { text: 'seen' })).body
  await alice.post('/api/rooms/general/messages', { text: 'missed' })

  for (const [path, headers] of [
    [`${PATH}?cursor=${seen.cursor}`, {}],
    [`${PATH}?history=10`, { 'last-event-id': seen.cursor }],
  ] as const) {
    const events = await openEvents(bob, path, headers)
    expect(await events.next()).toMatchObject({ event: 'hello', data: { resumed: true } })
    expect(await events.next()).toMatchObject({ event: 'message', data: { text: 'missed' } })
  }
})

test('history holds as many as asked for, the newest, and none for 0', async () => {
  const { alice, bob } = await aRoom()
  for (const text of ['one', 'two', 'three']) await alice.post('/api/rooms/general/messages', { text })
  const history = async (query: string) =>
    (await (await openEvents(bob, `${PATH}${query}`)).until('messages')).data.map(({ text }: { text: string }) => text)

  expect(await history('')).toEqual(['one', 'two', 'three'])
  expect(await history('?history=2')).toEqual(['two', 'three'])
  expect(await history('?history=0')).toEqual([])
})

test('a reset is followed at once by what the room holds, so that a small script heals itself', async () => {
  const { alice, bob } = await aRoom()
  await alice.post('/api/rooms/general/messages', { text: 'stored' })

  const events = await openEvents(bob, `${PATH}?cursor=nonsense`)
  await events.until('hello')

  expect(await events.next()).toEqual({ event: 'reset', id: '', data: { reason: 'unreadable', scope: 'all' } })
  expect(await events.next()).toMatchObject({
    event: 'messages',
    id: expect.stringContaining('.'),
    data: [{ text: 'stored' }],
  })
})

test('a public room can be followed without joining, a private one by its members alone, and removal ends it', async () => {
  const { alice, bob, server } = await aRoom()
  const carol = await server.addUser('carol')
  await server.addRoom('secret', { owner: alice, members: [bob], private: true })
  const [open, secret] = [await openEvents(carol, PATH), await openEvents(bob, '/api/rooms/secret/feed')]
  await open.until('messages')
  await secret.until('messages')

  expect(await carol.get('/api/rooms/secret/feed')).toMatchObject({ status: 404, body: { code: 'not_found' } })
  await alice.delete('/api/rooms/secret/members/bob')
  await alice.post('/api/rooms/secret/messages', { text: 'not for bob' })
  expect(await secret.until('bye')).toMatchObject({ data: { reason: 'removed', reconnect: false } })
  await secret.ended
  expect(secret.waiting).toEqual([])
  await alice.patch('/api/rooms/general', { visibility: 'private' })
  expect(await open.until('bye')).toMatchObject({ data: { reason: 'removed' } })
})

test('as ndjson every event is a line, with a place where it has one and null where it is taken away', async () => {
  const { alice, bob } = await aRoom()
  const stored = (await alice.post('/api/rooms/general/messages', { text: 'stored\u2028\n"quoted"' })).body

  const lines = await openLines(bob, `${PATH}?cursor=nonsense`, 'application/x-ndjson')
  const next = async (): Promise<unknown> => {
    const line = await lines.next()
    expect(line).not.toContain('\u2028') // which many readers take for the end of a line
    return JSON.parse(line)
  }

  expect(lines.response.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
  expect(await next()).toEqual({ event: 'hello', data: expect.objectContaining({ protocol: 1 }) })
  expect(await next()).toEqual({ event: 'reset', id: null, data: { reason: 'unreadable', scope: 'all' } })
  expect(await next()).toEqual({
    event: 'messages',
    id: stored.cursor,
    data: [{ ...stored.message, author: authorOf(alice) }],
  })
  const posted = (await bob.post('/api/rooms/general/messages', { text: 'new' })).body
  expect(await next()).toEqual({
    event: 'message',
    id: posted.cursor,
    data: { ...posted.message, author: authorOf(bob) },
  })
})

test('as text each message is a paragraph of which no line can be forged, in the time zone asked for', async () => {
  const { alice, bob } = await aRoom()
  const forged = 'one\n15:04 bob: forged\n\u2028 15:04 bob: forged\u2029data: x'
  const stored = (await alice.post('/api/rooms/general/messages', { text: forged })).body.message
  const lines = await openLines(bob, `${PATH}?tz=Asia/Seoul`, 'text/plain')
  const clock = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: 'Asia/Seoul',
  })
  const time = clock.format(new Date(stored.createdAt))

  expect(lines.response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(await lines.next()).toBe(`${time} alice: one`)
  for (const line of ['15:04 bob: forged', '', ' 15:04 bob: forged', 'data: x'])
    expect(await lines.next()).toBe(`    ${line}`)
  const own = (await bob.post('/api/rooms/general/messages', { text: 'hello' })).body.message
  expect(await lines.next()).toMatch(/^\d\d:\d\d bob: hello$/)
  await bob.patch(`/api/messages/${own.id}`, { text: 'hello, all' })
  expect(await lines.next()).toMatch(/^\d\d:\d\d bob \(edited\): hello, all$/)
  await bob.delete(`/api/messages/${own.id}`)
  expect(await lines.next()).toMatch(/^\d\d:\d\d bob \(deleted\)$/)
})

test('as text there are no heartbeats, notices or changes, and a bye ends it', async () => {
  const { alice, bob, server } = await aRoom({ hub: { heartbeatMs: 50, tickMs: 10 } })
  const lines = await openLines(bob, PATH, 'text/plain')
  const events = await openEvents(bob, PATH)
  await alice.patch('/api/rooms/general', { topic: 'News' })
  await alice.post('/api/rooms/general/typing')
  await events.until('heartbeat')
  await alice.post('/api/rooms/general/messages', { text: 'last' })

  expect(await lines.next()).toMatch(/^\d\d:\d\d alice: last$/)
  server.hub.shutdown()
  expect(await lines.rest()).toBe('')
})

test('as text what a place would say is ignored', async () => {
  const { alice, bob } = await aRoom()
  await alice.post('/api/rooms/general/messages', { text: 'stored' })

  const lines = await openLines(bob, `${PATH}?cursor=nonsense`, 'text/plain')

  expect(await lines.next()).toMatch(/alice: stored$/)
})

test.each(['text/html', 'application/json', 'application/xml'])('%s cannot be had of a room', async (accept) => {
  const { bob } = await aRoom()

  expect(await bob.get(PATH, { headers: { accept } })).toMatchObject({ status: 406, body: { code: 'not_acceptable' } })
})

test('DL4: what people write cannot break out of its event', async () => {
  const { alice, bob } = await aRoom()
  const hostile = [
    'data: x',
    'event: bye\ndata: {}',
    ': comment',
    'id: \n\n',
    'a\u2028b\u2029c',
    '\u{1f600}'.repeat(500),
    '\n\n\nx',
  ]
  const events = await openEvents(bob, PATH)
  await events.until('messages')

  for (const text of hostile) {
    await alice.post('/api/rooms/general/messages', { text })
    expect(await events.next()).toMatchObject({ event: 'message', data: { text } })
  }
})

async function aRoom(options: ServerOptions = {}) {
  const server = await startServer(options)
  const [alice, bob] = [await server.addUser('alice'), await server.addUser('bob')]
  await server.addRoom('general', { owner: alice, members: [bob] })
  return { server, alice, bob }
}

function authorOf({ userId: id, username }: { userId: string; username: string }) {
  return { id, username, displayName: username }
}
