import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { StreamReader } from '../../faults/kit/stream-reader.ts'
import { until } from '../../faults/kit/until.ts'
import { missingFor } from '../../testing/proxies/proxy-server.ts'
import type { ProxyName } from '../../testing/proxies/proxy-kinds.ts'
import { hasCurl } from '../conformance/curl.ts'
import { startSiteBehind, type SiteBehindProxy } from './a-site.ts'
import { curlTo } from './curl-to.ts'

const names: readonly ProxyName[] = ['nginx', 'caddy']

describe.each(names)('a site behind the %s of examples/deploy', { timeout: 90_000 }, (name) => {
  const missing = hasCurl ? missingFor(name) : 'curl'
  let behind: SiteBehindProxy

  beforeEach((context) => context.skip(missing !== undefined, `missing: ${missing}`))
  beforeAll(async () => {
    if (missing === undefined) behind = await startSiteBehind(name)
  }, 90_000)
  afterAll(() => behind?.close())

  test('each message is in an open stream at once, over HTTP/1.1 as over HTTP/2', async () => {
    const reading = read(behind)
    await until('a hello', () => reading.reader.hellos === 1)

    for (let n = 0; n < 10; n += 1) {
      const { status, httpVersion } = await post(behind, `message ${n}`)
      expect([status, httpVersion]).toEqual([201, '2'])
      // A proxy that fills a buffer first would wait for the next ones.
      await until(`message ${n}`, () => reading.texts.includes(`message ${n}`), { withinMs: 1_000, everyMs: 5 })
    }
  })

  test.each(['kill', 'stop'] as const)(
    'after the %s of a node another takes over, or it comes back: nothing is missing or comes twice',
    async (how) => {
      const reading = read(behind)
      await until('a hello', () => reading.reader.hellos === 1)
      const before = await post(behind, 'before')
      expect(before.status).toBe(201)
      await until('the first one', () => reading.texts.includes('before'))

      for (const node of behind.nodes) {
        await node[how]()
        if (behind.nodes.length === 1) await node.start()
        await postPatiently(behind, `after ${node.port}`)
        if (!node.isRunning) await node.start()
      }
      const wanted = ['before', ...behind.nodes.map(({ port }) => `after ${port}`)]
      await until('all of them', () => reading.texts.length >= wanted.length, { withinMs: 30_000 })

      expect(reading.texts).toEqual(wanted)
      expect(reading.reader.resets).toBe(0)
      expect(reading.reader.resumed).toBeGreaterThanOrEqual(1)
    },
  )

  test('while no node answers, an EventSource is asked to come again and everybody else is told', async () => {
    for (const node of behind.nodes) await node.kill()
    const feed = `${behind.publicUrl}/api/feed`
    const [source, other] = await Promise.all([
      curlTo(behind, feed, '-H', 'Accept: text/event-stream'),
      curlTo(behind, feed, '-H', 'Accept: application/json'),
    ])
    // For the tests after this one.
    await Promise.all(behind.nodes.map((node) => node.start()))
    await until('the site', async () => (await curlTo(behind, `${behind.publicUrl}/health`)).status === 200)

    expect([source.status, source.body]).toEqual([200, expect.stringMatching(/^retry: [1-4]500\n\n$/)])
    expect(source.headers).toContain('content-type: text/event-stream')
    expect(other.status).toBeGreaterThanOrEqual(502)
  })

  test('a body that is too large is refused at once, and that takes no node away from anybody', async () => {
    const file = join(behind.nodes[0]?.dataFolder ?? '', 'large.txt')
    writeFileSync(file, 'a'.repeat(5_000_000))
    const half = join(behind.nodes[0]?.dataFolder ?? '', 'half.txt')
    writeFileSync(half, 'a'.repeat(66_000))
    const chunked = ['--http1.1', '-H', 'Transfer-Encoding: chunked']

    for (const args of [['--http2'], ['--http1.1'], chunked, ['--http2'], ['--http1.1'], chunked]) {
      for (const body of [file, half]) {
        const { status, seconds } = await post(behind, `@${body}`, ...args)
        expect([status, seconds < 3]).toEqual([413, true])
      }
      expect((await post(behind, 'small')).status).toBe(201)
    }
  })

  test('a browser is known over https: its cookie, its origin, and nothing that it says of itself', async () => {
    const { publicUrl, site } = behind
    const bearer = ['-H', `Authorization: Bearer ${site.tokens.anna}`]
    const signIn = await curlTo(behind, `${publicUrl}/api/sessions`, '-X', 'POST', ...bearer)
    const [, cookie = ''] = /set-cookie: (__host-suda=[^;]+); .*secure/i.exec(signIn.headers) ?? []
    expect(cookie).not.toBe('')
    expect(signIn.headers).toContain('strict-transport-security: max-age=31536000')

    const metrics = await curlTo(behind, `${publicUrl}/metrics`, '-H', 'X-Forwarded-For: 127.0.0.1')
    expect(metrics.status).toBeGreaterThanOrEqual(400)
    const elsewhere = await curlTo(behind, `${publicUrl}/api/site`, '-H', 'X-Forwarded-Host: evil.example')
    expect(elsewhere.status).toBe(200)
    const foreign = await curlTo(behind, `${publicUrl}/api/site`, '-H', 'Host: evil.example')
    expect(foreign.body).not.toContain('needsSetUp')
  })

  test('http is sent on to https', async () => {
    const { httpPort } = behind.proxy.address
    const { status, headers } = await curlTo(behind, `http://${behind.tls.host}:${httpPort}/api/site?a=b`)

    expect(status).toBe(308)
    expect(headers).toMatch(/location: https:\/\/chat\.example\.org\/api\/site\?a=b\r\n/)
  })
})

describe.each(names)('a site below a path, behind the %s of examples/deploy', (name) => {
  const missing = hasCurl ? missingFor(name) : 'curl'

  test('has its page, its cookie and its streams there', { timeout: 90_000 }, async (context) => {
    context.skip(missing !== undefined, `missing: ${missing}`)
    const behind = await startSiteBehind(name, '/chat')
    onTestFinished(() => behind.close())
    const bearer = ['-H', `Authorization: Bearer ${behind.site.tokens.anna}`]

    const page = await curlTo(behind, `${behind.publicUrl}/`)
    const signIn = await curlTo(behind, `${behind.publicUrl}/api/sessions`, '-X', 'POST', ...bearer)
    const reading = read(behind)
    await until('a hello', () => reading.reader.hellos === 1)
    await post(behind, 'below')
    await until('the message', () => reading.texts.includes('below'), { withinMs: 1_000, everyMs: 5 })

    expect([page.status, signIn.status]).toEqual([200, 204])
    expect(page.body).toContain('src="page.js"')
    expect(signIn.headers).toMatch(/set-cookie: __host-suda=[^;]+; max-age=\d+; path=\/; /)
  })
})

interface Reading {
  readonly reader: StreamReader
  readonly texts: string[]
}

/** The room's own feed from now on, as an EventSource reads it. */
function read({ proxy, publicUrl, site, tls }: SiteBehindProxy): Reading {
  const texts: string[] = []
  const reader = new StreamReader({
    port: proxy.address.port,
    path: `${new URL(publicUrl).pathname.replace(/\/$/, '')}/api/rooms/${site.rooms.red}/feed?history=0`,
    token: site.tokens.anna,
    tls,
    maxRetryMs: 200,
    onEvent: ({ event, data }) => void (event === 'message' && texts.push(JSON.parse(data).text)),
  })
  onTestFinished(() => reader.close())
  return { reader, texts }
}

/** @param text or `@` and a file */
function post(behind: SiteBehindProxy, text: string, ...args: string[]) {
  const { publicUrl, site } = behind
  const headers = ['-H', `Authorization: Bearer ${site.tokens.anna}`, '-H', 'Content-Type: text/plain']
  return curlTo(behind, `${publicUrl}/api/rooms/red/messages`, ...headers, '--data-binary', text, ...args)
}

/** As the SDK does: again under the same id. A proxy may not send a message a second time by itself. */
async function postPatiently(behind: SiteBehindProxy, text: string): Promise<void> {
  const id = crypto.randomUUID()
  const body = ['--json', JSON.stringify({ id, text }), '-H', `Authorization: Bearer ${behind.site.tokens.anna}`]
  const ask = async () => {
    const { status } = await curlTo(behind, `${behind.publicUrl}/api/rooms/red/messages`, ...body)
    return status === 200 || status === 201
  }
  await until(`an answer to ${text}`, ask, { withinMs: 20_000 })
}
