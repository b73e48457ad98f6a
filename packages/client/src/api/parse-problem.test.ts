import { expect, test } from 'vitest'
import { refusalOf } from './parse-problem.ts'

const NOON = Date.parse('2026-01-01T12:00:00Z')

test.each([
  [400, 'unavailable'],
  [401, 'unauthenticated'],
  [403, 'unavailable'],
  [404, 'unavailable'],
  [407, 'unavailable'],
  [408, 'request_timeout'],
  [409, 'unavailable'],
  [413, 'payload_too_large'],
  [429, 'rate_limited'],
  [431, 'headers_too_large'],
  [500, 'internal'],
  [502, 'unavailable'],
  [503, 'unavailable'],
  [504, 'unavailable'],
  [520, 'unavailable'],
])('a page of a proxy with status %i is %s, and says nothing to a person', async (status, code) => {
  const page = aResponse('<h1>Not today</h1>', { status, type: 'text/html' })

  expect(await refusalOf(page, NOON)).toMatchObject({ code, detail: undefined })
})

test('another program’s JSON is not ours', async () => {
  const answer = aResponse('{"code":"not_found","detail":"Gone."}', { status: 404, type: 'application/json' })

  expect(await refusalOf(answer, NOON)).toMatchObject({ code: 'unavailable', detail: undefined })
})

test.each([
  ['{"code":"room_haunted","detail":"Boo."}', 409, 'conflict'],
  ['{"code":"constructor","detail":"Boo."}', 410, 'malformed'],
  ['{"code":7,"detail":"Boo."}', 403, 'forbidden'],
  ['{"detail":"Boo."}', 511, 'unavailable'],
])('%s of a newer server is taken by its status %i, and what it says is kept', async (body, status, code) => {
  expect(await refusalOf(aResponse(body, { status }), NOON)).toMatchObject({ code, detail: 'Boo.' })
})

test.each(['', '{"code":"st', 'null', '7', '[]', '{"code":"'])(
  'the head of a refusal counts where its body is %j',
  async (body) => {
    expect(await refusalOf(aResponse(body, { status: 404 }), NOON)).toMatchObject({ code: 'not_found' })
  },
)

test('what the server says of the current state and to the person comes through', async () => {
  const body = '{"code":"stale","detail":"It moved.","current":{"revision":2}}'

  expect(await refusalOf(aResponse(body, { status: 409 }), NOON)).toMatchObject({
    code: 'stale',
    detail: 'It moved.',
    current: { revision: 2 },
  })
})

test('a text without end is cut, and what is no text is left out', async () => {
  const [long, none] = ['x'.repeat(5_000_000), { a: 1 }].map((detail) => JSON.stringify({ code: 'taken', detail }))

  expect((await refusalOf(aResponse(long, { status: 409 }), NOON)).detail).toHaveLength(500)
  expect((await refusalOf(aResponse(none, { status: 409 }), NOON)).detail).toBeUndefined()
})

test.each([
  ['5', 5],
  ['0', 1],
  ['99999999', 3_600],
  ['Thu, 01 Jan 2026 12:01:00 GMT', 60],
  ['Thu, 01 Jan 2026 11:00:00 GMT', 1],
  ['Fri, 31 Dec 2100 12:00:00 GMT', 3_600],
  ['soon', undefined],
  ['', undefined],
])('Retry-After: %j means %j seconds', async (retryAfter, retryAfterSeconds) => {
  const answer = aResponse('{"code":"rate_limited"}', { status: 429, headers: { 'retry-after': retryAfter } })

  expect(await refusalOf(answer, NOON)).toMatchObject({ code: 'rate_limited', retryAfterSeconds })
})

function aResponse(
  body: string | undefined,
  { status, type = 'application/problem+json', headers = {} }: Head,
): Response {
  return new Response(body ?? null, { status, headers: { 'content-type': type, ...headers } })
}

interface Head {
  readonly status: number
  readonly type?: string
  readonly headers?: Record<string, string>
}
