import { text as readText } from 'node:stream/consumers'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { ChatError, type ErrorCode } from '@suda/protocol'
import { afterEach, expect, test } from 'vitest'
import { thisPlatform } from '../platform.ts'
import { createApi, type Api, type ApiOptions } from './api.ts'

const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

test('a call goes to its address below the prefix, with names and query encoded, and gives the answer', async () => {
  const { seen, url } = await aServer(json(200, { messages: [] }))
  const api = anApi({ url: `${url}/chat//` })

  const input = { path: { room: 'a/b ?#한글' }, query: { before: 7, limit: 50 } }
  const answer = await api.call('GET /api/rooms/{room}/messages', input)

  expect(answer).toEqual({ messages: [] })
  expect(seen).toMatchObject([
    { method: 'GET', url: '/chat/api/rooms/a%2Fb%20%3F%23%ED%95%9C%EA%B8%80/messages?before=7&limit=50', body: '' },
  ])
  expect(seen[0]?.headers).toMatchObject({ accept: 'application/json' })
  expect(seen[0]?.headers).not.toHaveProperty('idempotency-key')
  expect(seen[0]?.headers).not.toHaveProperty('authorization')
})

test.each(['', '.', '..', '\ud800'])('nothing is called %j, and nothing is asked', async (room) => {
  const { seen, url } = await aServer(json(200, {}))

  await expect(anApi({ url }).call('GET /api/rooms/{room}', { path: { room } })).rejects.toMatchObject({
    code: 'not_found',
  })

  expect(seen).toEqual([])
})

test('a token goes along, and no cookie with it', async () => {
  const inits: RequestInit[] = []
  const { seen, url } = await aServer(json(200, {}))
  const fetch = noting(inits)

  await anApi({ url, token: 'suda_x', platform: aPlatform({ fetch }) }).call('GET /api/me')
  await anApi({ url, platform: aPlatform({ fetch }) }).call('GET /api/me')

  expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer suda_x' })
  expect(inits.map(({ credentials }) => credentials)).toEqual(['omit', 'same-origin'])
})

test('an answer without a body is undefined', async () => {
  const { url } = await aServer((_, response) => response.writeHead(204).end())

  expect(await anApi({ url }).call('POST /api/sign-out')).toBeUndefined()
})

test('whatever changes something carries one key, however often it is sent', async () => {
  const { seen, url } = await aServer(problem(503, 'unavailable'), problem(500, 'internal'), json(201, { room: {} }))

  await anApi({ url }).call('POST /api/rooms', { body: { slug: 'a', name: 'A', visibility: 'public' } })

  const keys = seen.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), keys[0], keys[0]])
  expect(seen.map(({ body }) => body)).toEqual(Array(3).fill('{"slug":"a","name":"A","visibility":"public"}'))
})

test('a key that was given is the key', async () => {
  const { seen, url } = await aServer(json(200, {}))

  await anApi({ url }).call('DELETE /api/messages/{message}', { path: { message: 'm' }, key: 'k' })

  expect(seen[0]?.headers).toMatchObject({ 'idempotency-key': 'k' })
})

test('a message with an id needs no key and is sent again; one without an id has a key in its place', async () => {
  const { seen, url } = await aServer(problem(503, 'unavailable'), json(201, {}), json(201, {}))
  const api = anApi({ url })

  const path = { room: 'general' }
  await api.call('POST /api/rooms/{room}/messages', { path, body: { id: 'm', text: 'hi' } })
  await api.call('POST /api/rooms/{room}/messages', { path, body: { text: 'hi' } })

  expect(seen.map(({ headers }) => typeof headers['idempotency-key'])).toEqual(['undefined', 'undefined', 'string'])
})

test('what begins a session is sent once and has no key; what is only told has none either', async () => {
  const { seen, url } = await aServer(problem(503, 'unavailable'), problem(500, 'internal'), (_, response) =>
    response.writeHead(204).end(),
  )
  const api = anApi({ url })

  await expect(api.call('POST /api/sign-in', { body: { password: 'x' } })).rejects.toMatchObject({ status: 503 })
  await expect(api.call('POST /api/sessions')).rejects.toMatchObject({ status: 500 })
  await api.call('POST /api/rooms/{room}/typing', { path: { room: 'general' } })

  expect(seen).toHaveLength(3)
  expect(seen.filter(({ headers }) => 'idempotency-key' in headers)).toEqual([])
})

test('what can help is tried again with growing pauses for as long as there is patience', async () => {
  const { seen, url } = await aServer(problem(503, 'unavailable'))
  const pauses: number[] = []

  const call = anApi({ url, platform: aPlatform({ pauses }) }).call('GET /api/me')

  await expect(call).rejects.toMatchObject({ code: 'unavailable' })
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000])
  expect(seen).toHaveLength(5)
})

test('without patience it is sent once', async () => {
  const { seen, url } = await aServer(problem(503, 'unavailable'))

  await expect(anApi({ url }).call('GET /api/me', { patience: 0 })).rejects.toThrow(ChatError)

  expect(seen).toHaveLength(1)
})

test('nothing is sent again before Retry-After', async () => {
  const { url } = await aServer(problem(429, 'rate_limited', { 'retry-after': '3' }), json(200, { user: {} }))
  const pauses: number[] = []

  await anApi({ url, platform: aPlatform({ pauses }) }).call('GET /api/me')

  expect(pauses).toEqual([3_500])
})

test('what cannot help is told at once', async () => {
  const current = { revision: 4 }
  const { seen, url } = await aServer(problem(409, 'stale', {}, { detail: 'It moved.', current }))

  const call = anApi({ url }).call('PATCH /api/me', { body: { revision: 3 } })

  await expect(call).rejects.toMatchObject({ code: 'stale', detail: 'It moved.', current })
  expect(seen).toHaveLength(1)
})

test('who is signed out is told so; who only mistook the password is not', async () => {
  const { url } = await aServer(problem(401, 'wrong_password'), problem(401, 'unauthenticated'))
  let signedOut = 0
  const api = anApi({ url, onSignedOut: () => signedOut++ })

  await expect(api.call('POST /api/sign-in', { body: { password: 'x' } })).rejects.toThrow(ChatError)
  expect(signedOut).toBe(0)
  await expect(api.call('GET /api/me')).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(signedOut).toBe(1)
})

test('another build is told once, also by a refusal', async () => {
  const [one, two] = ['one', 'two'].map((build) => ({ 'suda-build': build, 'suda-protocol': '1' }))
  const { url } = await aServer(json(200, {}, one), json(200, {}, one), problem(404, 'not_found', two))
  const builds: unknown[] = []
  const api = anApi({ url, onBuild: (...told) => builds.push(told) })

  await api.call('GET /api/site')
  await api.call('GET /api/site')
  await expect(api.call('GET /api/site')).rejects.toThrow(ChatError)

  expect(builds).toEqual([
    ['one', 1],
    ['two', 1],
  ])
})

test('a call that is aborted rejects with the reason: before it is sent, on its way, within its answer, in a pause', async () => {
  const reason = new Error('enough')
  const controllers: AbortController[] = []
  const abortLast = (): void => controllers.at(-1)?.abort(reason)
  const { seen, url } = await aServer(
    abortLast,
    (_, response) => response.writeHead(200, JSON_TYPE).write('{"user":', abortLast),
    problem(503, 'unavailable'),
  )
  const platform = aPlatform({ onPause: abortLast })
  const call = (isAborted: boolean) => {
    const controller = new AbortController()
    controllers.push(controller)
    if (isAborted) abortLast()
    return anApi({ url, platform }).call('GET /api/me', { signal: controller.signal })
  }

  for (const isAborted of [true, false, false, false]) await expect(call(isAborted)).rejects.toBe(reason)

  expect(seen).toHaveLength(3)
})

test('a server that never answers, or never ends its answer, is given up after 20 s', async () => {
  const { url } = await aServer(
    () => undefined,
    (_, response) => response.writeHead(200, JSON_TYPE).write('{"user":'),
  )
  const timeOuts: number[] = []
  const api = anApi({ url, platform: aPlatform({ timeOuts, timeOutAfterMs: 100 }) })

  for (const _ of [1, 2]) {
    await expect(api.call('GET /api/me', { patience: 0 })).rejects.toMatchObject({
      code: 'unavailable',
      detail: 'The server did not answer in time.',
    })
  }

  expect(timeOuts).toEqual([20_000, 20_000])
})

test('a long poll is given 10 s more than it may wait', async () => {
  const { url } = await aServer(json(200, {}))
  const timeOuts: number[] = []

  await anApi({ url, platform: aPlatform({ timeOuts }) }).call('GET /api/feed', { query: { wait: 25 } })

  expect(timeOuts).toEqual([35_000])
})

test('a server that is not there is unavailable, and why is kept as the cause', async () => {
  const { url, close } = await aServer()
  await close()

  await expect(anApi({ url }).call('GET /api/me', { patience: 0 })).rejects.toMatchObject({
    code: 'unavailable',
    cause: expect.any(TypeError),
  })
})

test.each<[string, RequestListener]>([
  ['a page of a captive portal', text(200, 'text/html', '<h1>Sign in to this Wi-Fi</h1>')],
  ['a page without a type', (_, response) => response.writeHead(200).end('{}')],
  ['nothing', (_, response) => response.writeHead(200, JSON_TYPE).end()],
  ['nothing, and says so', (_, response) => response.writeHead(204).end()],
  ['half of an answer', text(200, 'application/json', '{"user":{"id":')],
  ['a bare list', text(200, 'application/json', '[]')],
  ['null', text(200, 'application/json', 'null')],
  ['a redirect', (_, response) => response.writeHead(302, { location: '/somewhere' }).end()],
  ['a cut connection', (request) => request.socket.destroy()],
  [
    'an answer that is cut',
    (request, response) =>
      response.writeHead(200, { ...JSON_TYPE, 'content-length': 99 }).write('{', () => request.socket.destroy()),
  ],
  ['half a header', (request) => request.socket.end('HTTP/1.1 200 OK\r\ncontent-ty')],
])('%s is no answer: unavailable', async (_, listener) => {
  const { url } = await aServer(listener)

  await expect(anApi({ url }).call('GET /api/me', { patience: 0 })).rejects.toMatchObject({ code: 'unavailable' })
})

test('a redirect is never followed, so that what was to be posted does not become a question', async () => {
  const { seen, url } = await aServer((_, response) => response.writeHead(301, { location: '/elsewhere' }).end())

  const call = anApi({ url }).call('POST /api/sign-out', { patience: 0 })

  await expect(call).rejects.toMatchObject({ code: 'unavailable' })
  expect(seen).toHaveLength(1)
})

test('the rest of a page that is of no interest does not come', async () => {
  const left = Promise.withResolvers<void>()
  const { url } = await aServer((_, response) => {
    response.once('close', left.resolve).writeHead(502, { 'content-type': 'text/html' }).write('<h1>')
  })

  await expect(anApi({ url }).call('GET /api/me', { patience: 0 })).rejects.toMatchObject({ code: 'unavailable' })

  await left.promise
})

test('the compiler asks for exactly what the table asks for', async () => {
  const { url } = await aServer(json(200, {}))
  const api = anApi({ url })

  await api.call('GET /api/rooms')
  await api.call('GET /api/rooms', {})
  // @ts-expect-error a room is needed
  await expect(api.call('GET /api/rooms/{room}')).rejects.toThrow(ChatError)
  // @ts-expect-error a room is needed
  await expect(api.call('GET /api/rooms/{room}', { path: {} })).rejects.toThrow(ChatError)
  // @ts-expect-error a body is needed
  await api.call('PATCH /api/me', {})
  // @ts-expect-error there is no such query
  await api.call('GET /api/sync', { query: { room: 'general' } })
  // @ts-expect-error there is no such call
  await api.call('GET /api/nothing')
  // @ts-expect-error a stream is not one answer
  await api.call('GET /api/rooms/{room}/feed', { path: { room: 'general' } })
})

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }

interface Seen extends Pick<IncomingMessage, 'method' | 'url' | 'headers'> {
  readonly body: string
}

/** Gives the answers in turn, the last of them again and again. */
async function aServer(...answers: RequestListener[]) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    const { headers, method, url } = request
    void readText(request).then((body) => {
      seen.push({ method, url, headers, body })
      answers[Math.min(seen.length, answers.length) - 1]?.(request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  closing.push(() => void close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port')
  return { seen, close, url: `http://127.0.0.1:${address.port}` }
}

function text(status: number, type: string, body: string, headers = {}) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'content-type': type, ...headers }).end(body)
  }
}

const json = (status: number, body: object, headers = {}) =>
  text(status, 'application/json', JSON.stringify(body), headers)

const problem = (status: number, code: ErrorCode, headers = {}, more = {}) =>
  text(status, 'application/problem+json', JSON.stringify({ code, status, ...more }), headers)

function anApi({ platform = aPlatform(), ...options }: Partial<ApiOptions> & { url: string }): Api {
  return createApi({ platform, ...options })
}

interface Times {
  readonly fetch?: typeof fetch
  readonly pauses?: number[]
  readonly timeOuts?: number[]
  readonly timeOutAfterMs?: number
  readonly onPause?: () => void
}

/** On which pauses take no time but are counted, and what takes longest is a time-out. */
function aPlatform({
  pauses = [],
  timeOuts = [],
  timeOutAfterMs,
  onPause,
  ...rest
}: Times = {}): ApiOptions['platform'] {
  const real = thisPlatform()
  let now = 0
  return {
    ...real,
    ...rest,
    random: () => 1,
    now: () => now,
    after(ms, act) {
      if (ms >= 20_000) {
        timeOuts.push(ms)
        return real.after(timeOutAfterMs ?? ms, act)
      }
      pauses.push(ms)
      now += ms
      onPause?.()
      return real.after(0, act)
    },
  }
}

function noting(inits: RequestInit[]): typeof fetch {
  return (input, init = {}) => {
    inits.push(init)
    return fetch(input, init)
  }
}
