import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { freePort } from '../testing/free-port.ts'
import { get } from '../faults/kit/http.ts'
import { postMessage } from '../faults/kit/post-message.ts'
import { startSite, type TestSite } from '../faults/kit/site.ts'
import { until } from '../faults/kit/until.ts'
import { openPerson, type Person } from './kit/person.ts'
import { hasBrowser, launchBrowser } from './kit/browser.ts'
import type { Browser } from 'playwright-core'

let site: TestSite<'anna' | 'boris', 'red' | 'green'>
let browser: Browser

describe('the bare page in Chromium', () => {
  beforeEach((context) => context.skip(!hasBrowser, 'missing: Chromium or Chrome'))
  beforeAll(async () => {
    if (!hasBrowser) return
    ;[site, browser] = await Promise.all([
      startSite({ users: ['anna', 'boris'], rooms: ['red', 'green'] }),
      launchBrowser(),
    ])
  }, 60_000)
  afterAll(async () => {
    await browser?.close()
    await site?.close()
  })

  test('a token opens the rooms, a room shows what is stored, and a post from elsewhere appears live', async () => {
    const stored = await post('red', `stored ${randomUUID()}`)
    const anna = await enter('anna')

    await anna.openRoom('red')
    await anna.sees(stored)
    const live = await post('red', `live ${randomUUID()}`)

    await anna.sees(live)
    expect(await anna.timesShown(stored)).toBe(1)
    expect(anna.complaints).toEqual([])
  })

  test('two people write to each other', async () => {
    const [anna, boris] = await Promise.all([enter('anna'), enter('boris')])
    await Promise.all([anna.openRoom('red'), boris.openRoom('red')])
    const [question, answer] = [`how are you ${randomUUID()}`, `well ${randomUUID()}`]

    await anna.write(question)
    await boris.sees(question)
    await boris.write(answer)

    await anna.sees(answer)
    for (const person of [anna, boris]) {
      expect([await person.timesShown(question), await person.timesShown(answer)]).toEqual([1, 1])
      expect(person.complaints).toEqual([])
    }
  })

  test('going to another room shows that room alone and closes the stream of the one before', async () => {
    await until('no stream of those who were here before', async () => (await openStreams()) === 0)
    const anna = await enter('anna')
    await anna.openRoom('red')
    await until('one stream', async () => (await openStreams()) === 1)
    const inGreen = await post('green', `in green ${randomUUID()}`)

    await anna.openRoom('green')
    await anna.sees(inGreen)
    const inRed = await post('red', `in red ${randomUUID()}`)
    const later = await post('green', `later ${randomUUID()}`)
    await anna.sees(later)

    await until('one stream again', async () => (await openStreams()) === 1)
    expect(await anna.timesShown(inRed)).toBe(0)
    expect(anna.complaints).toEqual([])
  })

  test('markup in a message is text', async () => {
    const anna = await enter('anna')
    await anna.openRoom('red')

    const markup = await post(
      'red',
      `<img src=x onerror="window.harmed = true"><script>window.harmed = true</script> ${randomUUID()}`,
    )

    await anna.sees(markup)
    expect(await anna.page.evaluate('window.harmed')).toBeUndefined()
    expect(await anna.page.locator('img[src="x"]').count()).toBe(0)
    expect(anna.complaints).toEqual([])
  })

  test(
    'the server is killed and started again: the page goes on without a reload, and shows nothing twice',
    { timeout: 40_000 },
    async () => {
      const anna = await enter('anna')
      await anna.openRoom('red')
      const before = await post('red', `before ${randomUUID()}`)
      await anna.sees(before)
      const loads = anna.loads()

      await site.server.kill()
      await site.server.start()
      const missed = await post('red', `missed ${randomUUID()}`)
      await anna.sees(missed)
      const after = await post('red', `after ${randomUUID()}`)
      await anna.sees(after)

      expect(await Promise.all([before, missed, after].map((text) => anna.timesShown(text)))).toEqual([1, 1, 1])
      expect(anna.loads()).toBe(loads)
      // That the connection was refused meanwhile is all that the browser may complain about.
      expect(anna.complaints.filter((complaint) => !/ERR_(CONNECTION|INCOMPLETE|EMPTY)/.test(complaint))).toEqual([])
    },
  )

  test('below a prefix everything is the same', { timeout: 60_000 }, async () => {
    const port = await freePort()
    const flags = ['--public-url', `http://127.0.0.1:${port}/chat/`]
    const below = await startSite({ users: ['anna'], rooms: ['red'], port, flags })
    onTestFinished(() => below.close())
    const anna = await openPerson(browser, `http://127.0.0.1:${port}/chat/`, below.tokens.anna)
    onTestFinished(() => anna.close())
    const requested: string[] = []
    anna.page.on('request', (request) => requested.push(new URL(request.url()).pathname))

    await anna.openRoom('red')
    await anna.write('below')

    await anna.sees('below')
    expect(requested.filter((path) => !path.startsWith('/chat/'))).toEqual([])
    expect((await anna.context.cookies()).map(({ path }) => path)).toEqual(['/chat/'])
    expect(anna.complaints).toEqual([])
  })
})

async function enter(name: 'anna' | 'boris'): Promise<Person> {
  const person = await openPerson(browser, `${site.server.url}/`, site.tokens[name])
  onTestFinished(() => person.close())
  return person
}

/** @returns the text */
async function post(room: 'red' | 'green', text: string): Promise<string> {
  await postMessage({ url: site.server.url, token: site.tokens.boris, room, text })
  return text
}

async function openStreams(): Promise<number> {
  const { streams } = await get(`${site.server.url}/health`)
  return streams
}
