import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { openEvents, type ReceivedEvent } from '../testing/open-events.ts'
import { speakHttp } from '../testing/speak-http.ts'
import { VERSION } from '../version.ts'
import { startServer, type ServerOptions } from '../testing/start-server.ts'

test('the personal feed begins with hello and tells each change with its place', async () => {
  const { alice, server } = await aRoom()

  const events = await openEvents(alice, '/api/feed')
  const hello = await events.next()
  const posted = await alice.post('/api/rooms/general/messages', { text: 'hello' })
  const change = await events.next()

  expect(events.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(events.response.headers.get('cache-control')).toBe('no-cache, no-store, no-transform')
  expect(events.response.headers.get('x-accel-buffering')).toBe('no')
  expect(hello).toMatchObject({
    event: 'hello',
    data: { resumed: false, protocol: 1, build: VERSION, siteId: server.siteId },
  })
  expect(hello.id).toBeUndefined()
  expect(change.event).toBeUndefined()
  expect(change.id).toBe(posted.body.cursor)
  expect(change.data).toMatchObject({ type: 'message.posted', payload: { message: posted.body.message } })
})

test('from every place of a run the feed tells exactly what came after it, by query and by Last-Event-ID', async () => {
  const { alice, bob } = await aRoom()
  const start = (await alice.get('/api/sync')).body.cursor
  for (let index = 0; index < 12; index++)
    await [alice, bob][index % 2]?.post('/api/rooms/general/messages', { text: `message ${index}` })
  const all = await told(alice, `/api/feed?cursor=${start}`, 12)

  for (const [index, { id = '' }] of all.entries()) {
    const rest = all.slice(index + 1)
    expect(await told(alice, `/api/feed?cursor=${id}`, rest.length)).toEqual(rest)
    expect(await told(alice, `/api/feed?cursor=${start}`, rest.length, { 'last-event-id': id })).toEqual(rest)
  }
})

test('a cursor that cannot be served is answered by a reset that clears the place, never by silence', async () => {
  const { alice, server } = await aRoom()
  const { epoch, position } = await server.storage.head()

  for (const [cursor, reason] of [
    ['nonsense', 'unreadable'],
    ['-1', 'unreadable'],
    [`${epoch}.18446744073709551616`, 'unreadable'],
    [`${epoch}.${position + 1}`, 'ahead'],
    [`x${epoch}.1`, 'epoch'],
  ] as const) {
    const events = await openEvents(alice, `/api/feed?cursor=${cursor}`)
    await events.until('hello')
    expect(await events.next(), cursor).toEqual({ event: 'reset', id: '', data: { reason, scope: 'all' } })
    events.close()
  }
})

test('heartbeats come while nothing happens and carry the place that was served', async () => {
  const { alice, server } = await aRoom({ hub: { heartbeatMs: 100, tickMs: 20 } })
  const { epoch, position } = await server.storage.head()

  const events = await openEvents(alice, '/api/feed')

  expect(await events.until('heartbeat')).toEqual({ event: 'heartbeat', id: `${epoch}.${position}`, data: {} })
})

test('typing reaches the room’s members without a place', async () => {
  const { alice, bob, roomId } = await aRoom()
  const events = await openEvents(alice, '/api/feed')
  await events.until('hello')

  expect(await bob.post('/api/rooms/general/typing')).toMatchObject({ status: 204 })

  expect(await events.next()).toEqual({
    event: 'signal',
    id: undefined,
    data: { kind: 'typing', roomId, userId: bob.userId, forMs: 6_000 },
  })
})

test('a room that is looked at without joining is told of as long as the stream watches it', async () => {
  const { alice, server, roomId } = await aRoom()
  const carol = await server.addUser('carol')
  const events = await openEvents(carol, '/api/feed')
  const { streamId } = (await events.next()).data
  const watch = (rooms: string[], stream = streamId) => carol.put(`/api/streams/${stream}/watch`, { rooms })

  expect(await watch([roomId])).toMatchObject({ status: 204 })
  expect(await events.next()).toMatchObject({ event: 'reset', data: { reason: 'watching', scope: 'room', roomId } })
  await alice.post('/api/rooms/general/messages', { text: 'seen' })
  expect(await events.next()).toMatchObject({ data: { type: 'message.posted' } })
  expect(await watch([])).toMatchObject({ status: 204 })
  await alice.post('/api/rooms/general/messages', { text: 'unseen' })
  await carol.post('/api/rooms', { slug: 'own', name: 'own', visibility: 'private' })
  expect(await events.next()).not.toMatchObject({ data: { type: 'message.posted' } })

  const secret = await server.addRoom('secret', { owner: alice, private: true })
  expect(await watch([secret])).toMatchObject({ status: 404 })
  expect(await watch([randomUUID()])).toMatchObject({ status: 404 })
  expect(await watch([roomId], randomUUID())).toMatchObject({ status: 404 })
  expect(await alice.put(`/api/streams/${streamId}/watch`, { rooms: [roomId] })).toMatchObject({ status: 404 })
  expect(await watch(Array.from({ length: 11 }, () => randomUUID()))).toMatchObject({ status: 422 })
})

test('signing out ends the streams of that session, and of no other', async () => {
  const { alice } = await aRoom()
  const begun = await alice.post('/api/sessions')
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const bySession = alice.with({ cookie, origin: new URL(alice.url).origin })
  const [ofSession, ofToken] = [await openEvents(bySession, '/api/feed'), await openEvents(alice, '/api/feed')]

  await bySession.post('/api/sign-out')

  expect(await ofSession.until('bye')).toMatchObject({ data: { reason: 'session_ended', reconnect: false } })
  await ofSession.ended
  await alice.post('/api/rooms/general/messages', { text: 'still here' })
  expect(await ofToken.until('hello')).toBeDefined()
  expect(ofToken.waiting.filter(({ event }) => event === 'bye')).toEqual([])
})

test('a token’s streams end when it expires', async () => {
  const { alice } = await aRoom({ hub: { tickMs: 20 } })
  const token = await alice.addToken(['read'], new Date(Date.now() + 700).toISOString())

  const events = await openEvents(alice.with({ authorization: `Bearer ${token}` }), '/api/feed')

  expect(await events.until('bye')).toMatchObject({ data: { reason: 'revoked' } })
  await events.ended
})

test('what is accepted decides the format, and what cannot be had is 406', async () => {
  const { alice } = await aRoom()
  const typeFor = async (accept: string) => {
    const answered = await alice.send('HEAD', '/api/feed', { headers: { accept } })
    return answered.headers.get('content-type') ?? answered.status
  }

  for (const accept of [
    '*/*',
    'text/event-stream',
    'text/*',
    'text/html, */*;q=0.1',
    'text/event-stream;q=0.5, application/xml',
  ]) {
    expect(await typeFor(accept), accept).toBe('text/event-stream; charset=utf-8')
  }
  for (const accept of ['application/json', 'application/json, */*', 'text/event-stream;q=0.1, application/json']) {
    expect(await typeFor(accept), accept).toContain('application/json')
  }
  for (const accept of ['text/html', 'application/x-ndjson', 'text/plain', 'text/event-stream;q=0', 'nonsense']) {
    expect(await alice.get('/api/feed', { headers: { accept } }), accept).toMatchObject({
      status: 406,
      body: { code: 'not_acceptable' },
    })
  }
})

test('a long poll answers what came after its cursor, waits for what comes, and is empty when the wait is over', async () => {
  const { alice } = await aRoom()
  const poll = async (cursor: string, wait = 0) =>
    (await alice.get(`/api/feed?cursor=${cursor}&wait=${wait}`, { headers: { accept: 'application/json' } })).body
  const start = (await alice.get('/api/sync')).body.cursor
  const posted = await alice.post('/api/rooms/general/messages', { text: 'one' })

  const first = await poll(start)
  const waiting = poll(first.cursor, 20)
  await alice.post('/api/rooms/general/messages', { text: 'two' })
  const second = await waiting

  expect(first).toMatchObject({
    changes: [{ payload: { message: posted.body.message } }],
    cursor: posted.body.cursor,
    more: false,
  })
  expect(second.changes).toMatchObject([{ payload: { message: { text: 'two' } } }])
  expect(await poll(second.cursor, 1)).toEqual({ changes: [], cursor: second.cursor, more: false })
  expect(await poll('nonsense')).toEqual({
    changes: [],
    cursor: null,
    more: false,
    reset: { reason: 'unreadable', scope: 'all' },
  })
})

test('the 21st stream of a user gets a polite end in the stream, other formats 429, and a closed one makes room', async () => {
  const { alice, bob, server } = await aRoom()
  const open = await Promise.all(Array.from({ length: 20 }, () => openEvents(alice, '/api/feed')))
  await Promise.all(open.map((events) => events.next()))

  const refused = await openEvents(alice, '/api/feed')

  expect(refused.response.status).toBe(200)
  expect(await refused.next()).toEqual({
    event: 'bye',
    id: undefined,
    data: { reason: 'too_many_streams', reconnect: true },
  })
  await refused.ended
  expect(await alice.get('/api/feed', { headers: { accept: 'application/json' } })).toMatchObject({
    status: 429,
    body: { code: 'too_many_streams' },
  })
  expect(await alice.get('/api/rooms/general/feed', { headers: { accept: 'text/plain' } })).toMatchObject({
    status: 429,
  })
  await expect((await openEvents(bob, '/api/feed')).next()).resolves.toMatchObject({ event: 'hello' })

  open[0]?.close()
  await expect.poll(() => server.hub.countOf(alice.userId)).toBe(19)
  await expect((await openEvents(alice, '/api/feed')).next()).resolves.toMatchObject({ event: 'hello' })
})

test('without rate limits there is no limit of streams', async () => {
  const { alice } = await aRoom({ config: { rateLimits: false } })

  const open = await Promise.all(Array.from({ length: 25 }, () => openEvents(alice, '/api/feed')))

  for (const events of open) expect(await events.next()).toMatchObject({ event: 'hello' })
})

test('DL14: at shutdown every stream is told when to come back', async () => {
  const { alice, server } = await aRoom()
  const events = await openEvents(alice, '/api/feed')
  await events.next()

  server.hub.shutdown()

  expect(await events.until('bye')).toMatchObject({ data: { reason: 'shutdown', reconnect: true } })
  await events.ended
})

test('DL10: HTTP/1.1 gets chunks, HTTP/1.0 gets the bytes as they are, and both end with the connection', async () => {
  const { alice, server } = await aRoom()
  const ask = (version: string) =>
    speakHttp(
      server.url,
      `GET /api/feed HTTP/${version}\r\nHost: localhost\r\nAuthorization: Bearer ${alice.token}\r\n\r\n`,
    )
  const [modern, old] = [ask('1.1'), ask('1.0')]
  await expect.poll(() => server.hub.countOf(alice.userId)).toBe(2)
  await alice.post('/api/rooms/general/messages', { text: 'hello' })
  const { position } = await server.storage.head()
  await expect.poll(() => server.hub.head).toBe(position)
  server.hub.shutdown()

  expect((await modern).head).toMatch(/transfer-encoding: chunked/i)
  expect((await modern).body).toMatch(/^[0-9a-f]+\r\nretry: \d+\n/)
  expect((await modern).body).toMatch(/\r\n0\r\n\r\n$/)
  expect((await old).head).not.toMatch(/transfer-encoding/i)
  expect((await old).body).toMatch(/^retry: \d+\n/)
  expect((await old).body).toMatch(/"reason":"shutdown","reconnect":true}\n\n$/)
  for (const { body, head } of [await modern, await old]) {
    expect(head).toMatch(/connection: close/i)
    expect(body).toContain('"text":"hello"')
    expect(body).toContain(`:${' '.repeat(2_000)}`)
  }
})

test('DL10: a stream that was asked for behind another request on the connection is refused, and nothing is mixed up', async () => {
  const { alice, server } = await aRoom()
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${alice.token}\r\n`
  const both = `${get('/api/feed?wait=1')}Accept: application/json\r\n\r\n${get('/api/feed')}Connection: close\r\n\r\n`

  const { body, head } = await speakHttp(server.url, both)

  expect(head).toMatch(/^HTTP\/1.1 200 /)
  // A process that follows others may tell what was stored just before it was asked.
  expect(body).toMatch(/^\{"changes":\[.*\],"cursor":"[^"]+","more":false\}HTTP\/1.1 400 /)
  expect(body.match(/HTTP\/1.1/g)).toHaveLength(1)
})

test('what a client sends on its open stream ends it and adds nothing to it', async () => {
  const { alice, server } = await aRoom()

  const { body } = await speakHttp(
    server.url,
    `GET /api/feed HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${alice.token}\r\n\r\n\0\0garbage\r\n\r\n`,
  )

  expect(body).not.toContain('problem')
  await expect.poll(() => server.hub.countOf(alice.userId)).toBe(0)
})

async function aRoom(options: ServerOptions = {}) {
  const server = await startServer(options)
  const [alice, bob] = [await server.addUser('alice'), await server.addUser('bob')]
  const roomId = await server.addRoom('general', { owner: alice, members: [bob] })
  return { server, alice, bob, roomId }
}

/** The first so many changes behind hello; and nothing else is on its way. */
async function told(
  client: Awaited<ReturnType<typeof aRoom>>['alice'],
  path: string,
  count: number,
  headers: Record<string, string> = {},
): Promise<ReceivedEvent[]> {
  const events = await openEvents(client, path, headers)
  expect(await events.next()).toMatchObject({ event: 'hello', data: { resumed: true } })
  const received: ReceivedEvent[] = []
  while (received.length < count) received.push(await events.next())
  expect(events.waiting).toEqual([])
  events.close()
  return received
}
