import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Change } from '@suda/protocol'
import { get } from '../kit/http.ts'
import { postMessage } from '../kit/post-message.ts'
import { readHistory } from '../kit/room-history.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { StreamReader } from '../kit/stream-reader.ts'
import { until } from '../kit/until.ts'
import { measureDelay } from './measure-delay.ts'
import { hasSqliteShell, openSqliteShell, quoted, type SqliteShell } from './sqlite-shell.ts'

let site: TestSite<'anna' | 'boris', 'red'>
let shell: SqliteShell
let reader: StreamReader
const seen: { text: string; id: string; at: number }[] = []

describe('the inbox, written by the sqlite3 shell', () => {
  beforeEach((context) => context.skip(!hasSqliteShell, 'missing: sqlite3'))
  beforeAll(async () => {
    if (!hasSqliteShell) return
    site = await startSite({ users: ['anna', 'boris'], rooms: ['red'] })
    shell = openSqliteShell(join(site.server.dataFolder, 'inbox.db'))
    const { cursor } = await get(`${site.server.url}/api/sync`, site.tokens.anna)
    reader = new StreamReader({
      port: site.server.port,
      path: '/api/feed',
      token: site.tokens.anna,
      cursor,
      onEvent,
      maxRetryMs: 100,
    })
  }, 60_000)
  afterAll(async () => {
    if (!hasSqliteShell) return
    reader.close()
    shell.close()
    await site.close()
  })

  test('a row is in an open stream within 100 ms, a hundred times', { timeout: 60_000 }, async () => {
    const seenAt = (text: string) => seen.find((one) => one.text === text)?.at
    const post = (text: string) => postMessage({ url: site.server.url, token: site.tokens.boris, room: 'red', text })

    const delays = await measureDelay({ shell, rows: 100, seenAt, room: 'red', author: 'boris', post })

    console.log('to the stream, ms', delays)
    // A busy machine holds up both.
    expect(delays.inbox.p50).toBeLessThan(100)
    expect(delays.inbox.max).toBeLessThan(100 + 2 * delays.http.max)
  })

  test('rows written while the server is killed appear once each, in their order', { timeout: 60_000 }, async () => {
    const texts = Array.from({ length: 240 }, (_, i) => `kill ${i}`)
    const insert = (text: string) =>
      shell.run(`insert into messages(room, author, text) values ('red', 'boris', ${quoted(text)})`)

    for (const [i, text] of texts.entries()) {
      await insert(text)
      if (i % 80 === 40) {
        await site.server.kill()
        await insert(`${text} again`)
        await site.server.start()
      }
    }
    await until('an empty inbox', async () => (await shell.run('select count(*) from messages')) === '0', {
      everyMs: 50,
    })

    const expected = texts.flatMap((text, i) => (i % 80 === 40 ? [text, `${text} again`] : [text]))
    expect(await storedTexts('kill')).toEqual(expected)
    await until('all in the stream', () => seen.filter(({ text }) => text.startsWith('kill')).length >= expected.length)
    expect(seen.map(({ text }) => text).filter((text) => text.startsWith('kill'))).toEqual(expected)
    expect(reader.resets).toBe(0)
  })

  test('text that is not UTF-8 stops nothing: it is refused or mended, and the next row is posted', async () => {
    await shell.run(`insert into messages(room, author, text) values ('red', 'boris', cast(x'ff41' as text))`)
    await shell.run(`insert into messages(room, author, text) values ('red', 'boris', 'after bad bytes')`)

    await until('the next row', async () => (await storedTexts('after bad bytes')).length === 1)
    await until(
      'both out of the way',
      async () => (await shell.run('select count(*) from messages where error is null')) === '0',
    )
  })

  test.each([
    ['an unknown room', `'nowhere', 'boris', 'hello'`],
    ['an unknown author', `'red', 'nobody', 'hello'`],
    ['an author who may not read the room', `'closed', 'boris', 'hello'`],
    ['no text', `'red', 'boris', null`],
    ['an empty text', `'red', 'boris', ''`],
    ['no room', `null, 'boris', 'hello'`],
    ['a megabyte of text', `'red', 'boris', hex(zeroblob(524288))`],
    ['a megabyte as the room', `hex(zeroblob(524288)), 'boris', 'hello'`],
    ['a NUL in the text', `'red', 'boris', 'a' || char(0) || 'b'`],
    ['a blob for a text', `'red', 'boris', x'ff00fe'`],
    ['blobs for names', `x'00', x'ff', 'hello'`],
    ['numbers', `1, 2, 3.5`],
  ])('%s is refused in the row, and the next row is posted', async (what, values) => {
    const before = (await storedTexts('')).length

    const id = await shell.run(
      `insert into messages(room, author, text) values (${values}); select last_insert_rowid()`,
    )
    await shell.run(`insert into messages(room, author, text) values ('red', 'boris', ${quoted(`after ${what}`)})`)

    const error = await until(
      'the refusal',
      async () => (await shell.run(`select error from messages where id = ${id}`)) || undefined,
    )
    expect(error).not.toMatch(/sqlite|\/|at .*:\d+/i)
    await until('the next row', async () => (await storedTexts(`after ${what}`)).length === 1)
    expect(await storedTexts('')).toHaveLength(before + 1)
    expect(site.server.isRunning).toBe(true)
  })
})

function onEvent({ event, data }: { event: string; data: string }): void {
  if (event !== 'message') return
  const change: Change = JSON.parse(data)
  if (change.type !== 'message.posted') return
  seen.push({ text: change.payload.message.text, id: change.payload.message.id, at: performance.now() })
}

/** Texts of the room's history that begin with `prefix`, oldest first. */
async function storedTexts(prefix: string): Promise<string[]> {
  const messages = await readHistory({ url: site.server.url, token: site.tokens.anna, room: 'red' })
  return messages.flatMap(({ kind, text }) => (kind === 'text' && text.startsWith(prefix) ? [text] : []))
}
