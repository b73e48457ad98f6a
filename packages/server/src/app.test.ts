import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { routes } from './app.ts'
import { ok } from './answer.ts'
import { endpoint, openEndpoint } from './endpoint.ts'
import { addRoute } from './route.ts'
import { speakHttp } from './testing/speak-http.ts'
import { startServer } from './testing/start-server.ts'
import type { Client } from './testing/a-client.ts'

const MISSING = '0193c8a2-0000-7000-8000-000000000000'

test('whoever is not signed in gets 401 on every route but the open ones, whatever the request holds', async () => {
  const { anyone } = await startServer()

  for (const {
    method,
    path,
    endpoint: { isOpen },
  } of routes) {
    const answered = await anyone.send(
      method,
      path.replaceAll(/:\w+/g, 'general'),
      method === 'GET' ? {} : { body: '{' },
    )
    if (isOpen) expect(answered.status, `${method} ${path}`).not.toBe(401)
    else expect(answered, `${method} ${path}`).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
  }
})

test('a route of an action without a policy does not start, nor one that is open to others than its policy says', async () => {
  const { app } = await startServer()
  const closed = endpoint({ summary: '', answers: {} }, async () => ok({}))
  const open = openEndpoint({ summary: '', answers: {} }, async () => ok({}))
  const edge = undefined as never

  const add = (action: string, of: typeof closed) => () =>
    addRoute(app, { method: 'GET', path: '/api/new', action: action as 'readMe', endpoint: of }, edge)

  expect(add('readMinds', closed)).toThrow('the policy knows no action “readMinds”')
  expect(add('readMe', open)).toThrow('for another “who”')
  expect(add('readSite', closed)).toThrow('for another “who”')
})

test('what no route takes is refused as a problem', async () => {
  const { app } = await startServer()
  const cases: [method: string, path: string, status: number, code: string][] = [
    ['GET', '/nothing', 404, 'not_found'],
    ['GET', '/api/nothing', 404, 'not_found'],
    ['GET', '/api/rooms/%2e%2e/%00', 404, 'not_found'],
    ['GET', '//api/me', 404, 'not_found'],
    ['GET', '/api/rooms/%ff', 400, 'malformed'],
    ['DELETE', '/api/me', 405, 'method_not_allowed'],
    ['OPTIONS', '/api/rooms/general/messages', 405, 'method_not_allowed'],
    ['TRACE', '/api/me', 405, 'method_not_allowed'],
    ['PROPFIND', '/api/me', 405, 'method_not_allowed'],
  ]

  for (const [method, path, status, code] of cases) {
    const answered = await app.inject({ method: method as 'GET', url: path })
    expect(answered.headers['content-type'], path).toBe('application/problem+json')
    expect(answered.json(), path).toMatchObject({
      type: 'about:blank',
      code,
      status,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(answered.statusCode, path).toBe(status)
  }
})

test('what an address takes stands in Allow', async () => {
  const { anyone } = await startServer()

  const answered = await anyone.send('PUT', '/api/rooms/general/messages')

  expect(answered.headers.get('allow')).toBe('POST, GET, HEAD')
})

test('HEAD is answered as GET, without a body, and opens no stream', async () => {
  const { addRoom, addUser, hub } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })

  for (const path of ['/api/me', '/api/rooms', '/api/feed', '/api/rooms/general/feed']) {
    expect(await alice.send('HEAD', path), path).toMatchObject({ status: 200, text: '' })
  }
  expect(hub.status().streams).toEqual({ personal: 0, room: 0 })
})

test('every answer carries the security headers, the protocol and the build', async () => {
  const { anyone, addUser } = await startServer()
  const alice = await addUser('alice')

  for (const answered of [
    await alice.get('/api/me'),
    await alice.post('/api/rooms', 5),
    await anyone.get('/api/me'),
    await anyone.get('/nothing'),
  ]) {
    expect(Object.fromEntries(answered.headers)).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'cache-control': 'no-store',
      'suda-protocol': '1',
      'suda-build': 'test',
    })
  }
})

test('what is refused before a route is known carries the security headers as well', async () => {
  const { anyone, url } = await startServer()

  expect((await anyone.get('/%ff')).headers.get('content-security-policy')).toContain("default-src 'none'")
  expect((await speakHttp(url, 'nonsense\r\n\r\n')).head).toContain("content-security-policy: default-src 'none'")
})

test('missing and forbidden things are answered alike but for the request id, whatever the body', async () => {
  const { addRoom, addUser } = await startServer()
  const [alice, mallory] = [await addUser('alice'), await addUser('mallory')]
  const secret = await addRoom('secret', { owner: alice, private: true })
  const { body } = await alice.post('/api/rooms/secret/messages', { text: 'hidden' })
  const hidden: string = body.message.id

  const calls = (client: Client, room: string, message: string) => [
    client.get(`/api/rooms/${room}`),
    client.patch(`/api/rooms/${room}`, { name: 5, nonsense: true }),
    client.delete(`/api/rooms/${room}`),
    client.get(`/api/rooms/${room}/members`),
    client.get(`/api/rooms/${room}/members?limit=0`),
    client.put(`/api/rooms/${room}/members/me`),
    client.put(`/api/rooms/${room}/members/alice`, { role: 'nonsense' }),
    client.delete(`/api/rooms/${room}/members/alice`),
    client.post(`/api/rooms/${room}/messages`, { text: 'x' }),
    client.post(`/api/rooms/${room}/messages`, { text: 5 }),
    client.get(`/api/rooms/${room}/messages?before=1&after=1`),
    client.put(`/api/rooms/${room}/read`, { seq: -1 }),
    client.put(`/api/rooms/${room}/read`, { seq: 0 }),
    client.post(`/api/rooms/${room}/typing`),
    client.get(`/api/rooms/${room}/feed`),
    client.get(`/api/rooms/${room}/feed?history=1000`),
    client.get(`/api/messages/${message}`),
    client.patch(`/api/messages/${message}`, { text: 5 }),
    client.patch(`/api/messages/${message}`, { text: 'x' }),
    client.delete(`/api/messages/${message}`),
    client.get(`/api/messages/${message}/thread`),
  ]
  const withoutId = ({ status, text }: { status: number; text: string }) =>
    `${status} ${text.replace(/"requestId":"[^"]*"/, '')}`
  const forbidden = (await Promise.all(calls(mallory, secret, hidden))).map(withoutId)
  const missing = (await Promise.all(calls(mallory, MISSING, randomUUID()))).map(withoutId)
  const bySlug = (await Promise.all(calls(mallory, 'secret', hidden))).map(withoutId)

  expect(new Set([...forbidden, ...missing, ...bySlug]).size).toBe(1)
  expect(forbidden[0]).toMatch(/^404 .*"code":"not_found"/)
  expect(forbidden[0]).not.toContain('secret')
})

test('an error that is no refusal is logged with the request id and answered without its words', async () => {
  const { addUser, logged, chat } = await startServer()
  const alice = await addUser('alice')
  chat.me = () => Promise.reject(new Error('/etc/passwd is broken'))

  const answered = await alice.get('/api/me')

  expect(answered).toMatchObject({ status: 500, body: { code: 'internal' } })
  expect(answered.text).not.toContain('passwd')
  expect(logged.map((line): unknown => JSON.parse(line))).toMatchObject([
    { requestId: answered.body.requestId, err: { message: '/etc/passwd is broken' } },
  ])
})

test('everything works below a prefix, and nothing beside it', async () => {
  const { addRoom, addUser, app, url } = await startServer({ config: { publicUrl: 'https://example.org/chat' } })
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })

  expect(new URL(url).pathname).toBe('/chat')
  expect(await alice.get('/api/rooms/general')).toMatchObject({ status: 200 })
  expect(await alice.delete('/api/me')).toMatchObject({ status: 405 })
  expect(await app.inject({ url: '/api/me' })).toMatchObject({ statusCode: 404 })
})
