import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { call } from '../faults/kit/http.ts'
import { startSite, type TestSite } from '../faults/kit/site.ts'
import { until } from '../faults/kit/until.ts'
import { tryBeacon, tryElement, tryEventSource, tryFetch, tryForm, tryFrame } from './kit/attempts.ts'
import { hasBrowser, launchBrowser } from './kit/browser.ts'
import { startForeignPages, type ForeignPages } from './kit/foreign-pages.ts'
import type { Browser, BrowserContext, Page } from 'playwright-core'

let site: TestSite<'anna' | 'mallory', 'red'>
let browser: Browser
let foreign: ForeignPages

/** Of other origins; the first is of the same site, whose cookies a browser sends along. */
const FOREIGN_HOSTS = ['127.0.0.1', 'attacker.localhost']

describe('a page of another origin in Chromium', { timeout: 60_000 }, () => {
  beforeEach((context) => context.skip(!hasBrowser, 'missing: Chromium or Chrome'))
  beforeAll(async () => {
    if (!hasBrowser) return
    ;[site, browser, foreign] = await Promise.all([
      startSite({ users: ['anna', 'mallory'], rooms: ['red'] }),
      launchBrowser(),
      startForeignPages(),
    ])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await Promise.all([site?.close(), foreign?.close()])
  })

  test('what the page of the site itself asks is answered, so that the attempts below could succeed', async () => {
    const { page, state } = await signedIn(site.server.url)

    expect(await tryFetch(page, posting('text/plain'))).toMatch(/^basic 415 /)
    expect(await tryFetch(page, posting('application/json'))).toMatch(/^basic 201 /)
    expect((await tryEventSource(page, url('/api/feed')))[0]).toBe('open')
    expect(await tryBeacon(page, { url: url('/api/sign-out'), body: '{}', type: 'application/json' })).toBe(true)
    await until('signed out', async () => (await state()) === '401')
  })

  test.each(FOREIGN_HOSTS)('on %s changes nothing, however it sends', async (host) => {
    const { page, state } = await signedIn(foreignUrl(host))
    const [before, refusedBefore] = [await everything(), await refusals()]

    for (const mode of ['cors', 'no-cors'] as const) {
      for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded']) {
        const answers = [
          await tryFetch(page, { ...posting(type), mode }),
          await tryFetch(page, { url: url('/api/sign-out'), method: 'POST', body: '{}', type, mode }),
          await tryFetch(page, { ...signingIn(), type, mode }),
        ]
        expect(answers.map((answer) => answer.replace('opaque 0 ', 'nothing'))).toEqual(answers.map(() => 'nothing'))
      }
    }
    for (const method of ['PUT', 'PATCH', 'DELETE'])
      expect(await tryFetch(page, { url: url('/api/me'), method })).toBe('nothing')
    for (const request of [posting('text/plain'), { ...signingIn(), type: 'text/plain' }]) {
      await tryForm(page, request, true)
      await tryBeacon(page, request)
    }
    for (const path of ['/api/sign-out', '/api/me', '/page.js', '/api/rooms']) {
      expect([path, await tryElement(page, 'img', url(path))]).toEqual([path, 'error'])
    }
    await tryForm(page, { url: url('/api/sign-out'), body: '{}', type: 'text/plain' }, false)

    // They arrived, and were refused.
    await until('the beacons were refused as well', async () => (await refusals()) >= refusedBefore + 10)
    expect(await everything()).toBe(before)
    expect(await state()).toBe('200 anna')
  })

  test.each(FOREIGN_HOSTS)('on %s reads nothing: no answer, no stream, no script, no frame', async (host) => {
    const { page, state } = await signedIn(foreignUrl(host))
    const room = `/api/rooms/${site.rooms.red}`

    for (const path of ['/api/me', '/api/site', '/api/rooms', `${room}/messages`, '/health', '/metrics']) {
      expect([path, await tryFetch(page, { url: url(path) })]).toEqual([path, 'nothing'])
      const opaque = await tryFetch(page, { url: url(path), mode: 'no-cors' })
      expect([path, opaque.replace('opaque 0 ', 'nothing')]).toEqual([path, 'nothing'])
      for (const name of ['script', 'link'] as const) {
        expect([path, name, await tryElement(page, name, url(path))]).toEqual([path, name, 'error'])
      }
    }
    for (const path of ['/api/feed', `${room}/feed`]) {
      expect([path, await tryEventSource(page, url(path))]).toEqual([path, ['error']])
    }
    expect(await tryFrame(page, url('/'))).toBe('nothing')
    await until('no stream is left open', async () => (await call(url('/health'))).body.streams === 0)
    expect(await state()).toBe('200 anna')
  })

  test('whose name was pointed at the server learns only that this is no name of it', async () => {
    const { page } = await openPage()
    const rebound = `http://rebound.localhost:${site.server.port}`
    // Loaded from the attacker, before the name was pointed here.
    await page.route(`${rebound}/evil`, (route) => route.fulfill({ contentType: 'text/html', body: '<body></body>' }))
    await page.goto(`${rebound}/evil`)

    for (const path of ['/', '/api/site', '/api/me', '/health', '/metrics', '/api/openapi.json']) {
      expect([path, await tryFetch(page, { url: path })]).toEqual([
        path,
        expect.stringMatching(/^basic 421 .*"misdirected"/),
      ])
    }
    const [type, body] = ['application/json', signingIn().body]
    expect(await tryFetch(page, { url: '/api/sign-in', method: 'POST', type, body })).toMatch(/^basic 421 /)
    expect(await tryEventSource(page, '/api/feed')).toEqual(['error'])
    expect(await tryElement(page, 'script', '/page.js')).toBe('error')
    expect((await page.goto(`${rebound}/`))?.status()).toBe(421)
  })
})

async function openPage(): Promise<{ readonly page: Page; readonly context: BrowserContext }> {
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  return { context, page: await context.newPage() }
}

/** The browser of anna, who has a session, on some page. */
async function signedIn(pageUrl: string) {
  const { context, page } = await openPage()
  const data = { username: 'anna', password: 'correct horse anna' }
  const answer = await context.request.post(url('/api/sign-in'), { data })
  expect(answer.status()).toBe(200)
  await page.goto(pageUrl)
  return {
    page,
    state: async () => {
      const asked = await context.request.get(url('/api/me'))
      const { user } = await asked.json()
      return [asked.status(), user?.username].join(' ').trim()
    },
  }
}

/** All that an attempt could have changed. */
async function everything(): Promise<string> {
  const paths = ['/api/sync', '/api/sessions', `/api/rooms/${site.rooms.red}/messages`, '/api/tokens', '/api/invites']
  const answers = await Promise.all(paths.map((path) => call(url(path), { token: site.tokens.anna })))
  return JSON.stringify(answers)
}

/** How many requests were refused as coming from elsewhere. */
async function refusals(): Promise<number> {
  const text = await (await fetch(url('/metrics'))).text()
  const counts = [...text.matchAll(/^suda_http_request_duration_seconds_count\{[^}]*status="403"[^}]*\} (\d+)/gm)]
  return counts.reduce((sum, [, count]) => sum + Number(count), 0)
}

function url(path: string): string {
  return `${site.server.url}${path}`
}

function foreignUrl(host: string): string {
  return `http://${host}:${foreign.port}/`
}

function posting(type: string) {
  const body = JSON.stringify({ id: randomUUID(), text: 'forged' })
  return { url: url(`/api/rooms/${site.rooms.red}/messages`), method: 'POST', body, type }
}

function signingIn() {
  const body = JSON.stringify({ username: 'mallory', password: 'correct horse mallory' })
  return { url: url('/api/sign-in'), method: 'POST', body }
}
