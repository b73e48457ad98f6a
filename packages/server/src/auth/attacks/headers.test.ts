import type { FastifyInstance } from 'fastify'
import { expect, test } from 'vitest'
import { routes } from '../../app.ts'
import { openEvents } from '../../testing/open-events.ts'
import { openLines } from '../../testing/open-lines.ts'
import { speakHttp } from '../../testing/speak-http.ts'
import { startServer } from '../../testing/start-server.ts'

type Headers = Readonly<Record<string, unknown>>

/** Of everything that is no page. */
const HELD = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-store',
}
/** What tells a browser that others may read, or an attacker what is at work here. */
const NEVER = /^(access-control-.*|server|x-powered-by|timing-allow-origin|access-control-allow-private-network)$/
const PAGES = ['/', '/set-up', '/sign-in', '/sign-up', '/invite']
const ORIGIN = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }

test.each([
  ['http', 'localhost'],
  ['https', 'example.org'],
])('over %s every route, in every outcome, forbids other origins to read, frame and sniff', async (scheme, host) => {
  const { addUser, app, chat } = await startServer({ config: { publicUrl: 'https://example.org' } })
  const alice = await addUser('alice', 'owner')
  const ask = (method: string, url: string, more: object = {}) => asking(app, { host, ...ORIGIN }, method, url, more)
  const authorization = `Bearer ${await alice.addToken(['read', 'write', 'admin', 'metrics'])}`
  const transport = scheme === 'https' ? { 'strict-transport-security': 'max-age=31536000' } : {}
  const seen = new Set<number>()
  const check = (what: string, { headers, statusCode }: { headers: Headers; statusCode: number }) => {
    seen.add(statusCode)
    const { 'content-security-policy': policy, 'strict-transport-security': strict, ...others } = headers
    expect([what, { ...pick(others), ...(strict !== undefined && { 'strict-transport-security': strict }) }]).toEqual([
      what,
      { ...pick(HELD), ...transport },
    ])
    if (!PAGES.includes(what)) expect([what, policy]).toEqual([what, HELD['content-security-policy']])
    expect([what, Object.keys(headers).filter((name) => NEVER.test(name))]).toEqual([what, []])
  }

  for (const { method, path } of routes.filter((route) => !route.path.endsWith('/feed'))) {
    const url = path.replace(':room', 'general').replaceAll(/:\w+/g, 'x')
    check(`${method} ${path} as nobody`, await ask(method, url))
    check(`${method} ${path} as somebody`, await ask(method, url, { headers: { authorization } }))
    check(`OPTIONS ${path}`, await ask('OPTIONS', url))
  }
  for (const path of [...PAGES, '/page.js', '/page.css', '/page.svg', '/page/call.js'])
    check(path, await ask('GET', path))
  check('no such address', await ask('GET', '/nowhere'))
  check('a method that it does not take', await ask('DELETE', '/api/me'))
  const large = { headers: { authorization, 'content-type': 'application/json' }, payload: 'x'.repeat(70_000) }
  check('a large body', await ask('POST', '/api/rooms', large))
  check('no JSON', await ask('POST', '/api/rooms', { ...large, payload: '{' }))
  check(
    'a form',
    await ask('POST', '/api/rooms', { headers: { authorization, 'content-type': 'text/html' }, payload: 'x' }),
  )
  check('a format that is not had', await ask('GET', '/api/feed', { headers: { authorization, accept: 'image/png' } }))
  chat.me = () => Promise.reject(new Error('broken'))
  check('a fault of ours', await ask('GET', '/api/me', { headers: { authorization } }))

  expect([...seen].toSorted((a, b) => a - b)).toEqual([200, 201, 204, 400, 401, 403, 404, 405, 406, 413, 415, 422, 500])
})

test('what is refused before it is a request of a route carries the same, and so do streams', async () => {
  const { addRoom, addUser, app, url } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })
  const [host, statuses] = [`Host: ${new URL(url).host}`, new Map<string, string | undefined>()]
  const heads = {
    'another host': `GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close`,
    'an expectation': `GET / HTTP/1.1\r\nHost: evil.example\r\nExpect: a miracle\r\nConnection: close`,
    'no host': 'GET / HTTP/1.1\r\nConnection: close',
    'a broken address': `GET /%ff HTTP/1.1\r\n${host}\r\nConnection: close`,
    'a long name': `GET /api/rooms/${'x'.repeat(2_000)} HTTP/1.1\r\n${host}\r\nConnection: close`,
    'no HTTP': 'nonsense',
    'large headers': `GET / HTTP/1.1\r\n${host}\r\nx: ${'x'.repeat(20_000)}`,
  }
  for (const [what, head] of Object.entries(heads)) {
    const answer = await speakHttp(url, `${head}\r\n\r\n`)
    statuses.set(what, /^HTTP\/1\.1 (\d+)/.exec(answer.head)?.[1])
    expect([what, fieldsOf(answer.head)]).toEqual([what, expect.objectContaining(HELD)])
  }
  expect([...statuses.values()]).toEqual(['421', '421', '400', '400', '414', '400', '431'])

  const room = '/api/rooms/general/feed'
  const streams = [
    (await openEvents(alice, '/api/feed', ORIGIN)).response,
    (await openEvents(alice, room, ORIGIN)).response,
    (await openEvents(alice.with({}), '/api/feed', ORIGIN)).response,
    (await openLines(alice.with({ ...alice.headers, ...ORIGIN }), room, 'application/x-ndjson')).response,
    (await openLines(alice.with({ ...alice.headers, ...ORIGIN }), room, 'text/plain')).response,
  ]
  for (const { headers } of streams) {
    const had = Object.fromEntries(headers)
    expect(had).toMatchObject({ ...HELD, 'cache-control': expect.stringContaining('no-store') })
    expect(Object.keys(had).filter((name) => NEVER.test(name))).toEqual([])
  }
  expect((await asking(app, {}, 'GET', '/api/site', {})).headers).not.toHaveProperty('strict-transport-security')
})

test('a page runs nothing but what its own nonce names, another one each time, and turns no text into script', async () => {
  const { app } = await startServer()
  const nonces = new Set<string>()

  for (const path of [...PAGES, ...PAGES]) {
    const { body, headers } = await asking(app, {}, 'GET', path, {})
    const policy = String(headers['content-security-policy'])
    const nonce = /script-src 'nonce-([\w-]{22})'(;|$)/.exec(policy)?.[1] ?? ''
    nonces.add(nonce)
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
      ]),
    )
    expect(policy).not.toMatch(/unsafe|strict-dynamic|\*|data:|blob:|https?:/)
    expect([...body.matchAll(/<(?:script|style)\b[^>]*>/g)].every(([tag]) => tag.includes(`nonce="${nonce}"`))).toBe(
      true,
    )
  }
  expect(nonces.size).toBe(10)
})

function asking(app: FastifyInstance, base: Record<string, string>, method: string, url: string, more: object) {
  const { headers = {}, ...rest }: { headers?: Record<string, string> } = more
  return app.inject({ method: method as 'GET', url, headers: { ...base, ...headers }, ...rest })
}

/** Those that are the same for all. */
function pick(headers: Headers): Headers {
  const { 'content-security-policy': _, ...fixed } = HELD
  return Object.fromEntries(Object.keys(fixed).map((name) => [name, headers[name]]))
}

function fieldsOf(head: string): Headers {
  return Object.fromEntries(
    head
      .split('\r\n')
      .slice(1)
      .map((line) => line.split(': ') as [string, string]),
  )
}
