/** What a request may not be: the catalogue of bad input, each answered with its code, none with a failure of ours. */

import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { speakHttp } from './testing/speak-http.ts'
import { startServer } from './testing/start-server.ts'

const JSON_TYPE = 'application/json'
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
const keys = (count: number) => `{${Array.from({ length: count }, (_, index) => `"${index}":1`).join(',')}}`

const bodies: [
  what: string,
  body: string | Uint8Array<ArrayBuffer>,
  type: string | undefined,
  status: number,
  code: string,
][] = [
  ['an empty body', '', JSON_TYPE, 400, 'malformed'],
  ['half a document', '{"a":', JSON_TYPE, 400, 'malformed'],
  ['a byte order mark', '\ufeff{"text":"a"}', JSON_TYPE, 400, 'malformed'],
  ['NaN', '{"text":NaN}', JSON_TYPE, 400, 'malformed'],
  ['a trailing comma', '{"text":"a",}', JSON_TYPE, 400, 'malformed'],
  ['two documents', '{"text":"a"}{"text":"b"}', JSON_TYPE, 400, 'malformed'],
  ['bytes that are no UTF-8', new Uint8Array([0x22, 0xff, 0x22]), JSON_TYPE, 400, 'malformed'],
  ['33 levels', deep(33), JSON_TYPE, 400, 'malformed'],
  ['30,000 levels', deep(30_000), JSON_TYPE, 400, 'malformed'],
  ['33 levels that never close', '{"a":'.repeat(33), JSON_TYPE, 400, 'malformed'],
  ['a wrong type after a tab', '{"text":"a"}', 'application/json\t;x', 415, 'unsupported_media_type'],
  ['two types', '{"text":"a"}', 'application/json, text/plain', 415, 'unsupported_media_type'],
  ['no type', '{"text":"a"}', '', 415, 'unsupported_media_type'],
  ['a form', 'text=a', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
  ['xml', '<text/>', 'application/xml', 415, 'unsupported_media_type'],
  ['utf-7', '{"text":"a"}', 'application/json; charset=utf-7', 415, 'unsupported_media_type'],
  ['utf-16', '{"text":"a"}', 'application/json; charset=utf-16', 415, 'unsupported_media_type'],
  ['a type that begins alike', '{"text":"a"}', 'application/json-seq', 415, 'unsupported_media_type'],
  ['10,000 keys like integers', keys(10_000), JSON_TYPE, 413, 'payload_too_large'],
  ['4,000 keys like integers', keys(4_000), JSON_TYPE, 422, 'validation_failed'],
  ['one byte too many', `"${'a'.repeat(65_535)}"`, JSON_TYPE, 413, 'payload_too_large'],
  ['null', 'null', JSON_TYPE, 422, 'validation_failed'],
  ['a list', '[]', JSON_TYPE, 422, 'validation_failed'],
  ['a string', '"hello"', JSON_TYPE, 422, 'validation_failed'],
  ['no text', '{}', JSON_TYPE, 422, 'validation_failed'],
  ['an operator as text', '{"text":{"$ne":1}}', JSON_TYPE, 422, 'validation_failed'],
  ['a list as text', '{"text":["a"]}', JSON_TYPE, 422, 'validation_failed'],
  ['an operator as id', '{"text":"a","id":{"$ne":1}}', JSON_TYPE, 422, 'validation_failed'],
  ['__proto__', '{"text":"a","__proto__":{"isAdmin":true}}', JSON_TYPE, 422, 'validation_failed'],
  ['__proto__ in escapes', '{"text":"a","\\u005f_proto__":{"isAdmin":true}}', JSON_TYPE, 422, 'validation_failed'],
  ['constructor', '{"text":"a","constructor":{"prototype":{}}}', JSON_TYPE, 422, 'validation_failed'],
  ['a field of the server', '{"text":"a","seq":1}', JSON_TYPE, 422, 'validation_failed'],
  [
    'another author',
    '{"text":"a","authorId":"0193c8a2-0000-7000-8000-000000000000"}',
    JSON_TYPE,
    422,
    'validation_failed',
  ],
  [
    'an id in upper case',
    '{"text":"a","id":"0193C8A2-0000-7000-8000-000000000000"}',
    JSON_TYPE,
    422,
    'validation_failed',
  ],
  ['an id that is none', '{"text":"a","id":"1"}', JSON_TYPE, 422, 'validation_failed'],
  [
    'a reply to nothing',
    '{"text":"a","replyTo":"0193c8a2-0000-7000-8000-000000000000"}',
    JSON_TYPE,
    422,
    'validation_failed',
  ],
  ['empty text', '{"text":""}', JSON_TYPE, 422, 'invalid_text'],
  ['spaces', '{"text":"  \\n "}', JSON_TYPE, 422, 'invalid_text'],
  ['too long a text', `{"text":"${'a'.repeat(8_001)}"}`, JSON_TYPE, 422, 'invalid_text'],
  ['half a surrogate pair', '{"text":"\\ud800"}', JSON_TYPE, 422, 'invalid_text'],
  ['NUL', '{"text":"a\\u0000"}', JSON_TYPE, 422, 'invalid_text'],
  ['escape', '{"text":"a\\u001b[2J"}', JSON_TYPE, 422, 'invalid_text'],
]

test('a body that cannot be taken is refused with its code, nothing is stored, and the server goes on', async () => {
  const { addRoom, addUser, logged, storage } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })
  const before = await storage.head()

  for (const [what, body, type, status, code] of bodies) {
    const answered = await alice.post('/api/rooms/general/messages', undefined, {
      body,
      headers: type === undefined ? {} : { 'content-type': type },
    })
    expect([answered.status, answered.body?.code, answered.headers.get('content-type')], what).toEqual([
      status,
      code,
      'application/problem+json',
    ])
  }

  expect(await storage.head()).toEqual(before)
  expect(logged).toEqual([])
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(await alice.post('/api/rooms/general/messages', { text: 'well' })).toMatchObject({ status: 201 })
})

test('what is unusual and yet right is taken', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })

  for (const [type, body] of [
    ['APPLICATION/JSON', '{"text":"a"}'],
    ['application/json; charset=UTF-8', '{"text":"a"}'],
    [JSON_TYPE, `{"text":"${'\\u{1f600}'.repeat(0)}__proto__"}`],
    [JSON_TYPE, `{"text":"${'가'.repeat(8_000)}"}`],
    [JSON_TYPE, `{"text":${JSON.stringify('['.repeat(100))}}`],
    [JSON_TYPE, '{"text":"first","text":"last"}'],
  ] as const) {
    const answered = await alice.post('/api/rooms/general/messages', undefined, {
      body,
      headers: { 'content-type': type },
    })
    expect(answered.status, body.slice(0, 40)).toBe(201)
  }
})

test('where no body is needed, none is as good as an empty one', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })
  const type = { headers: { 'content-type': JSON_TYPE } }

  for (const init of [{}, type, { ...type, body: '{}' }]) {
    expect(await alice.send('POST', '/api/rooms/general/typing', init)).toMatchObject({ status: 204 })
    expect(await alice.send('PUT', '/api/rooms/general/members/me', init)).toMatchObject({ status: 200 })
  }
  expect(await alice.post('/api/rooms/general/typing', { x: 1 })).toMatchObject({ status: 422 })
})

test('a validation names the place in the request as a JSON pointer', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })

  expect((await alice.post('/api/rooms/general/messages', { text: 5 })).body.pointer).toBe('/text')
  expect((await alice.post('/api/rooms/general/messages', { text: 'a', 'a/b~c': 5 })).body.pointer).toBe('/a~1b~0c')
  expect((await alice.get('/api/rooms/general/messages?limit=0')).body.pointer).toBe('/limit')
  expect((await alice.put('/api/streams/x/watch', { rooms: ['x'] })).body.pointer).toBe('/rooms/0')
})

test('queries are strict: unknown, repeated and wrong keys are refused, and no number is clamped', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })
  const refused = [
    ...['-1', '0', '201', '1e9', '9007199254740993', '1.5', '0x10', 'NaN', '', ' 1', '+1', '01', '１'].map(
      (limit) => `/api/rooms/general/messages?limit=${encodeURIComponent(limit)}`,
    ),
    '/api/rooms/general/messages?limit=1&limit=2',
    '/api/rooms/general/messages?limit[]=1',
    '/api/rooms/general/messages?before=1&after=1',
    '/api/rooms/general/messages?around=0',
    '/api/rooms/general/messages?sort=asc',
    '/api/rooms/general/messages?__proto__=1',
    '/api/rooms/general/messages?constructor=1',
    '/api/rooms?browse=yes',
    '/api/rooms?limit=1000',
    '/api/users',
    '/api/users?ids=x',
    `/api/users?ids=${randomUUID()}&query=a`,
    '/api/sync?rooms=x',
    '/api/sync?rooms=&after=x',
    '/api/me?x=1',
    '/api/site?x',
    '/api/rooms/general?x=1',
    '/api/feed?wait=1000',
    '/api/feed?cursor=a&cursor=b',
    '/api/rooms/general/feed?history=201',
    '/api/rooms/general/feed?history=1&cursor=x',
    '/api/rooms/general/feed?tz=Mars/Phobos',
  ]

  for (const path of refused) {
    expect(await alice.get(path), path).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  }
})

test('ids of a path that are none, or are of another thing, are missing', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  const roomId = await addRoom('general', { owner: alice })

  for (const id of ['x', roomId, alice.userId, 'a'.repeat(900), '%00', randomUUID().toUpperCase(), '..%2f..%2fetc']) {
    expect(await alice.get(`/api/messages/${id}`), id).toMatchObject({ status: 404 })
  }
  expect(await alice.get(`/api/rooms/${'a'.repeat(10_240)}`)).toMatchObject({
    status: 414,
    body: { code: 'uri_too_long' },
  })
  expect(await alice.get(`/api/rooms/${roomId.toUpperCase()}`)).toMatchObject({ status: 404 })
})

test('plain text is taken for a message from a bearer, and from nobody else and nowhere else', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })
  const plain = { body: 'line one\r\nline two\n', headers: { 'content-type': 'text/plain' } }
  const begun = await alice.post('/api/sessions')
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? ''
  const bySession = alice.with({ cookie, origin: new URL(alice.url).origin })

  expect(await alice.send('POST', '/api/rooms/general/messages', plain)).toMatchObject({
    status: 201,
    body: { message: { text: 'line one\nline two' } },
  })
  expect(await alice.send('POST', '/api/rooms', plain)).toMatchObject({ status: 415 })
  expect(await bySession.send('POST', '/api/rooms/general/messages', plain)).toMatchObject({ status: 415 })
  expect(await bySession.post('/api/rooms/general/messages', { text: 'well' })).toMatchObject({ status: 201 })
})

test('what the HTTP parser refuses is a problem as well, and the connection ends', async () => {
  const { url } = await startServer()
  const begin = 'GET /api/site HTTP/1.1\r\nHost: localhost\r\n'
  const cases: [what: string, request: string, status: number][] = [
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['an unknown method', 'BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['no host', 'GET /api/site HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['64 KiB of headers', `${begin}X: ${'a'.repeat(65_536)}\r\n\r\n`, 431],
    [
      'length and chunks',
      `POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    [
      'two lengths',
      'POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
      400,
    ],
    [
      'an unknown encoding',
      'POST /api/sign-out HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n',
      400,
    ],
    ['a space before the colon', `${begin}Content-Length : 0\r\n\r\n`, 400],
    ['bare line feeds', 'GET /api/site HTTP/1.1\nHost: localhost\n\n', 400],
  ]

  for (const [what, request, status] of cases) {
    const { head, body } = await speakHttp(url, request)
    expect(head, what).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head, what).toContain('application/problem+json')
    expect(JSON.parse(body), what).toMatchObject({ status, requestId: expect.any(String) })
  }
})

test('a header named __proto__ and a request of HTTP/1.0 are answered as others', async () => {
  const { url } = await startServer()

  expect(
    (await speakHttp(url, 'GET /api/site HTTP/1.1\r\nHost: localhost\r\n__proto__: x\r\nConnection: close\r\n\r\n'))
      .head,
  ).toMatch(/^HTTP\/1.1 200 /)
  expect((await speakHttp(url, 'GET /api/site HTTP/1.0\r\n\r\n')).head).toMatch(/^HTTP\/1.1 200 /)
})
