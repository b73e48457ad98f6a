import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { startServer, type TestServer } from '../testing/start-server.ts'

test('a token is exchanged for a session cookie that does what the token may, and signing out ends it', async () => {
  const server = await startServer()
  const alice = await server.addUser('alice')

  const begun = await alice.post('/api/sessions')
  const cookie = begun.headers.get('set-cookie') ?? ''
  const bySession = alice.with({ cookie: valueOf(cookie), origin: new URL(alice.url).origin })

  expect(begun.status).toBe(204)
  expect(cookie).toMatch(/^suda_[0-9a-f]{8}=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
  expect(cookie).toContain(server.siteId.slice(-8))
  expect(await bySession.get('/api/me')).toMatchObject({ status: 200, body: { user: { username: 'alice' } } })

  const out = await bySession.post('/api/sign-out')

  expect(out.status).toBe(204)
  expect(out.headers.get('set-cookie')).toMatch(/^suda_[0-9a-f]{8}=; Max-Age=0; Path=\/; HttpOnly; SameSite=Lax$/)
  expect(await bySession.get('/api/me')).toMatchObject({ status: 401 })
  expect(await alice.get('/api/me')).toMatchObject({ status: 200 })
})

test('a session lives no longer than the token that it was made with, and a session makes none', async () => {
  const { addUser } = await startServer()
  const alice = await addUser('alice')
  const token = await alice.addToken(['read'], new Date(Date.now() + 60_000).toISOString())

  const begun = await alice.with({ authorization: `Bearer ${token}` }).post('/api/sessions')
  const cookie = begun.headers.get('set-cookie') ?? ''
  const bySession = alice.with({ cookie: valueOf(cookie), origin: new URL(alice.url).origin })

  expect(Number(/Max-Age=(\d+)/.exec(cookie)?.[1])).toBeLessThanOrEqual(60)
  expect(await bySession.post('/api/sessions')).toMatchObject({ status: 403 })
  expect(await bySession.post('/api/rooms', { slug: 'x', name: 'x', visibility: 'public' })).toMatchObject({
    status: 403,
    body: { code: 'forbidden' },
  })
})

test('a header of another scheme, which a proxy may pass on, leaves the cookie its worth', async () => {
  const { alice, cookie } = await withSession()

  expect(await alice.with({ authorization: 'Basic YTpi', cookie }).get('/api/me')).toMatchObject({ status: 200 })
})

test('what is no living token is answered with 401 and how to ask', async () => {
  const { addUser } = await startServer()
  const alice = await addUser('alice')
  const cases: [what: string, headers: Record<string, string>][] = [
    ['nothing', {}],
    ['another scheme', { authorization: 'Basic YTpi' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['an unknown token', { authorization: `Bearer suda_${'a'.repeat(43)}` }],
    ['a token of another length', { authorization: `Bearer suda_${'a'.repeat(44)}` }],
  ]

  for (const [what, headers] of cases) {
    const answered = await alice.with(headers).get('/api/me')
    expect(answered, what).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    expect(answered.headers.get('www-authenticate'), what).toBe('Bearer')
  }
})

test('a request with an Authorization header ignores cookies, also when the token is worth nothing', async () => {
  const { server, cookie } = await withSession()
  const bob = await server.addUser('bob')

  expect(await bob.with({ authorization: `Bearer ${bob.token}`, cookie }).get('/api/me')).toMatchObject({
    body: { user: { username: 'bob' } },
  })
  expect(await bob.with({ authorization: `Bearer suda_${'a'.repeat(43)}`, cookie }).get('/api/me')).toMatchObject({
    status: 401,
  })
})

test('an unsafe method with a cookie is answered only where it comes from the same origin, and a missing one is foreign', async () => {
  const { server, alice } = await withSession()
  const cases: [what: string, headers: Record<string, string>, status: number][] = [
    ['the same origin', { origin: 'http://localhost:80' }, 403],
    ['the same origin as a browser writes it', { origin: 'http://localhost' }, 204],
    ['what the browser says of the page', { 'sec-fetch-site': 'same-origin' }, 204],
    ['both', { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }, 204],
    ['neither', {}, 403],
    ['null', { origin: 'null' }, 403],
    ['another host', { origin: 'http://evil.example' }, 403],
    ['another port', { origin: 'http://localhost:8080' }, 403],
    ['another scheme', { origin: 'https://localhost' }, 403],
    ['a host that begins alike', { origin: 'http://localhost.evil.example' }, 403],
    ['a host that ends alike', { origin: 'http://evil-localhost' }, 403],
    ['a subdomain', { origin: 'http://a.localhost' }, 403],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another host of the site', { 'sec-fetch-site': 'same-site' }, 403],
    ['an address typed in', { 'sec-fetch-site': 'none' }, 403],
  ]

  for (const [what, headers, status] of cases) {
    const begun = await alice.post('/api/sessions')
    const cookie = valueOf(begun.headers.get('set-cookie') ?? '')
    const answered = await server.app.inject({
      method: 'POST',
      url: '/api/sign-out',
      headers: { host: 'localhost', cookie, ...headers },
    })
    expect(answered.statusCode, what).toBe(status)
    if (status === 403) expect(answered.json(), what).toMatchObject({ code: 'csrf' })
  }
})

test('reading with a cookie needs no origin', async () => {
  const { server, cookie } = await withSession()

  expect(await server.app.inject({ url: '/api/me', headers: { cookie, origin: 'http://evil.example' } })).toMatchObject(
    { statusCode: 200 },
  )
})

test('over https the cookie has another name, belongs to the host alone, and neither is honoured for the other', async () => {
  const server = await startServer({ config: { publicUrl: 'https://example.org/chat' } })
  const alice = await server.addUser('alice')
  const begin = (host: string) =>
    server.app.inject({
      method: 'POST',
      url: '/chat/api/sessions',
      headers: { host, authorization: `Bearer ${alice.token}` },
    })
  const secure = String((await begin('example.org')).headers['set-cookie'])
  const plain = String((await begin('127.0.0.1:3000')).headers['set-cookie'])

  expect(secure).toMatch(/^__Host-suda=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  expect(plain).toMatch(/^suda_[0-9a-f]{8}=[\w-]{43}; Max-Age=\d+; Path=\/chat\/; HttpOnly; SameSite=Lax$/)

  const statusWith = async (host: string, cookie: string) =>
    (await server.app.inject({ url: '/chat/api/me', headers: { host, cookie: valueOf(cookie) } })).statusCode
  expect(await statusWith('example.org', secure)).toBe(200)
  expect(await statusWith('example.org', plain)).toBe(401)
  expect(await statusWith('127.0.0.1:3000', plain)).toBe(200)
  expect(await statusWith('127.0.0.1:3000', secure)).toBe(401)
})

test('https answers tell the browser to stay with it', async () => {
  const { app } = await startServer({ config: { publicUrl: 'https://example.org' } })

  expect((await app.inject({ url: '/api/site', headers: { host: 'example.org' } })).headers).toHaveProperty(
    'strict-transport-security',
  )
  expect((await app.inject({ url: '/api/site', headers: { host: 'localhost' } })).headers).not.toHaveProperty(
    'strict-transport-security',
  )
})

test('addresses of machines and localhost are answered without a public address', async () => {
  const { app } = await startServer()

  for (const host of ['localhost', 'LOCALHOST:3000', '127.0.0.1', '192.168.0.7:3000', '[::1]:3000', '[fe80::1]']) {
    expect(await statusFor(app, host), host).toBe(200)
  }
})

test('every other host gets 421 and what to set', async () => {
  const { app } = await startServer()

  for (const host of [
    'example.org',
    'localhost.example.org',
    '127.0.0.1.example.org',
    'a@localhost',
    'x',
    '[::1',
    '127.1',
    '1.2.3.4.5',
    'localhost:x',
  ]) {
    const answered = await app.inject({ url: '/api/site', headers: { host } })
    expect(answered.json(), host).toMatchObject({
      code: 'misdirected',
      detail: expect.stringContaining('--public-url'),
    })
    expect(answered.statusCode, host).toBe(421)
  }
})

test('with a public address its host is answered as well, and no third one', async () => {
  const { app } = await startServer({ config: { publicUrl: 'https://chat.example.org' } })

  expect(await statusFor(app, 'chat.example.org')).toBe(200)
  expect(await statusFor(app, '127.0.0.1:3000')).toBe(200)
  expect(await statusFor(app, 'other.example.org')).toBe(421)
})

test('what a proxy says is believed only of proxies that are trusted', async () => {
  const forwarded = { host: 'localhost', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' }
  const untrusting = await startServer()
  const trusting = await startServer({ config: { trustProxy: 1 } })
  const elsewhere = await startServer({ config: { trustProxy: ['10.0.0.0/8'] } })
  const at = ({ app }: TestServer) => app.inject({ url: '/api/site', headers: forwarded })

  expect(await at(untrusting)).toMatchObject({ statusCode: 200 })
  expect(await at(trusting)).toMatchObject({ statusCode: 421 })
  expect(await at(elsewhere)).toMatchObject({ statusCode: 200 })
})

test('a token does what its scopes say and nothing else', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })
  const [reader, writer] = [await alice.addToken(['read']), await alice.addToken(['write'])]

  const withRead = alice.with({ authorization: `Bearer ${reader}` })
  const withWrite = alice.with({ authorization: `Bearer ${writer}` })

  expect(await withRead.get('/api/rooms/general')).toMatchObject({ status: 200 })
  expect(await withRead.post('/api/rooms/general/messages', { text: 'x' })).toMatchObject({ status: 403 })
  expect(await withRead.post('/api/rooms/general/messages', { nonsense: 'x' })).toMatchObject({ status: 403 })
  expect(await withWrite.get('/api/rooms/general')).toMatchObject({ status: 403 })
  expect(await withWrite.get('/api/feed')).toMatchObject({ status: 403 })
  expect(await withWrite.post('/api/rooms/general/messages', { text: 'x' })).toMatchObject({ status: 201 })
})

async function withSession() {
  const server = await startServer()
  const alice = await server.addUser('alice')
  const begun = await alice.post('/api/sessions')
  return { server, alice, cookie: valueOf(begun.headers.get('set-cookie') ?? '') }
}

async function statusFor(app: FastifyInstance, host: string): Promise<number> {
  return (await app.inject({ url: '/api/site', headers: { host } })).statusCode
}

function valueOf(setCookie: string): string {
  return setCookie.slice(0, setCookie.indexOf(';'))
}
