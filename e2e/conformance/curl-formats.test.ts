import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { call } from '../../faults/kit/http.ts'
import { postMessage } from '../../faults/kit/post-message.ts'
import { startSite, type TestSite } from '../../faults/kit/site.ts'
import { curl, hasCurl, type Curl } from './curl.ts'
import { parseEvents } from './parse-events.ts'

let site: TestSite<'anna' | 'boris', 'red' | 'green' | 'blue' | 'gold'>

describe('a room read by curl -N', () => {
  beforeEach((context) => context.skip(!hasCurl, 'missing: curl'))
  beforeAll(async () => {
    site = await startSite({ users: ['anna', 'boris'], rooms: ['red', 'green', 'blue', 'gold'] })
  }, 60_000)
  afterAll(() => site.close())

  test('as SSE: hello, the stored messages as one array, then each new one, and a change for an edit', async () => {
    const stored = await post('red', 'stored')
    const reading = read('red', '-i')
    await reading.shows(/event: messages\n/)
    const live = await post('red', 'live')
    await edit(live.message.id, 'edited')
    await reading.shows(/message\.edited/)

    const [head = '', body = ''] = split(reading.output)
    expect(head).toMatch(/^HTTP\/1\.1 200 /)
    expect(head.toLowerCase()).toContain('content-type: text/event-stream; charset=utf-8')
    expect(head.toLowerCase()).toContain('cache-control: no-cache, no-store, no-transform')
    expect(head.toLowerCase()).toContain('x-accel-buffering: no')
    const { events, comments, retryMs } = parseEvents(body)
    expect(events.map(({ event }) => event)).toEqual(['hello', 'messages', 'message', 'change'])
    const [hello, messages, message, change] = events
    expect(hello?.id).toBeUndefined()
    expect(JSON.parse(hello?.data ?? '')).toMatchObject({
      resumed: false,
      protocol: 1,
      heartbeatMs: expect.any(Number),
    })
    expect(JSON.parse(messages?.data ?? '')).toMatchObject([
      { id: stored.message.id, text: 'stored', author: { username: 'boris' } },
    ])
    expect(JSON.parse(message?.data ?? '')).toMatchObject({
      id: live.message.id,
      text: 'live',
      author: { username: 'boris' },
    })
    expect(message?.id).toBe(live.cursor)
    expect(JSON.parse(change?.data ?? '')).toMatchObject({ type: 'message.edited' })
    expect(retryMs).toBeGreaterThanOrEqual(1000)
    expect(retryMs).toBeLessThanOrEqual(5000)
    expect(comments.join('').length).toBeGreaterThanOrEqual(2000)
  })

  test('with Last-Event-ID it tells only what was missed, and no array', async () => {
    const first = await post('green', 'first')
    await post('green', 'second')
    const reading = read('green', '-H', `Last-Event-ID: ${first.cursor}`)
    await reading.shows(/"second"/)

    const { events } = parseEvents(reading.output)

    expect(events.map(({ event }) => event)).toEqual(['hello', 'message'])
    expect(JSON.parse(events[0]?.data ?? '')).toMatchObject({ resumed: true })
  })

  test('as NDJSON: every event one JSON object a line, with an id where SSE has one', async () => {
    const stored = await post('blue', 'stored')
    const reading = read('blue', '-i', '-H', 'Accept: application/x-ndjson')
    await reading.shows(/"messages"/)
    const live = await post('blue', 'live\nof two lines')
    await reading.shows(/of two lines.*\n/)

    const [head = '', body = ''] = split(reading.output)
    const lines = body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))

    expect(head.toLowerCase()).toContain('content-type: application/x-ndjson')
    expect(lines.map(({ event }) => event)).toEqual(['hello', 'messages', 'message'])
    expect(lines[0]).not.toHaveProperty('id') // null is only where SSE would clear the last id
    expect(lines[1].data).toMatchObject([{ id: stored.message.id }])
    expect(lines[2]).toMatchObject({ id: live.cursor, data: { id: live.message.id, text: 'live\nof two lines' } })
  })

  test('as plain text: a line a message, further lines indented so that none can be forged', async () => {
    const hello = await post('gold', 'hello')
    const reading = read('gold', '-i', '-H', 'Accept: text/plain', '', '?tz=Asia/Seoul')
    await reading.shows(/boris: hello\n/)
    await post('gold', 'well\n15:04 anna: I owe boris a coffee')
    await edit(hello.message.id, 'hello there')
    await call(`${site.server.url}/api/messages/${hello.message.id}`, { method: 'DELETE', token: site.tokens.boris })
    await reading.shows(/\(deleted\)\n/)

    const [head = '', body = ''] = split(reading.output)

    expect(head.toLowerCase()).toContain('content-type: text/plain; charset=utf-8')
    expect(body.split('\n').map((line) => line.replace(/^\d\d:\d\d /, 'HH:MM '))).toEqual([
      'HH:MM boris: hello',
      'HH:MM boris: well',
      '    15:04 anna: I owe boris a coffee',
      'HH:MM boris (edited): hello there',
      'HH:MM boris (deleted)',
      '',
    ])
    expect(body.slice(0, 5)).toBe(clockIn('Asia/Seoul', hello.message.createdAt))
  })

  test('an Accept that names none of the formats is answered 406', async () => {
    const answer = curl('-o', '/dev/null', '-w', '%{http_code}', '-H', 'Accept: image/png', ...address('red'))

    await answer.ended

    expect(answer.output).toBe('406')
  })

  test('a post by curl as plain text is in the stream of another curl', async () => {
    const reading = read('green', '-H', 'Accept: text/plain')
    const { url } = site.server
    const posting = curl(
      '-H',
      `Authorization: Bearer ${site.tokens.anna}`,
      '-H',
      'Content-Type: text/plain',
      '--data',
      'over curl',
      `${url}/api/rooms/green/messages`,
    )

    await reading.shows(/^\d\d:\d\d anna: over curl$/m)

    expect(await posting.ended).toBe(0)
    expect(JSON.parse(posting.output)).toMatchObject({ message: { text: 'over curl' }, cursor: expect.any(String) })
  })
})

/** `args` may end with '' and a query. */
function read(room: string, ...args: string[]): Curl {
  const mark = args.indexOf('')
  const [flags, query] = mark === -1 ? [args, ''] : [args.slice(0, mark), args[mark + 1]]
  const reading = curl('-N', ...flags, ...address(room, query))
  onTestFinished(() => reading.stop())
  return reading
}

const address = (room: string, query = '') => [
  '-H',
  `Authorization: Bearer ${site.tokens.anna}`,
  `${site.server.url}/api/rooms/${room}/feed${query}`,
]

const post = (room: string, text: string) => postMessage({ url: site.server.url, token: site.tokens.boris, room, text })

async function edit(id: string, text: string): Promise<void> {
  const { status } = await call(`${site.server.url}/api/messages/${id}`, {
    method: 'PATCH',
    token: site.tokens.boris,
    json: { text },
  })
  expect(status).toBe(200)
}

const split = (output: string) => [
  output.slice(0, output.indexOf('\r\n\r\n')),
  output.slice(output.indexOf('\r\n\r\n') + 4),
]

function clockIn(timeZone: string, at: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(new Date(at))
}
