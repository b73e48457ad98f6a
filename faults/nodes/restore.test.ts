/** Putting a MongoDB back to an older state, as docs/mongodb.md says. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { postMessage } from '../kit/post-message.ts'
import { startSite } from '../kit/site.ts'
import { StreamReader } from '../kit/stream-reader.ts'
import { root } from '../kit/suda-command.ts'
import { until } from '../kit/until.ts'

test('the line of the documents begins a new epoch, so that nobody goes on from a place of the old one', async () => {
  const site = await startSite({ users: ['anna'], rooms: ['red'] })
  onTestFinished(() => site.close())
  const { server, tokens } = site
  const { cursor } = await postMessage({ url: server.url, token: tokens.anna, room: 'red', text: 'before' })

  await server.stop()
  await inMongosh(server.databaseUrl ?? '', lineOf('docs/mongodb.md', /^db\.log\.updateOne\(.*\)$/m))
  await server.start()
  const reader = new StreamReader({
    port: server.port,
    path: '/api/feed',
    token: tokens.anna,
    cursor,
    onEvent: () => {},
  })
  onTestFinished(() => reader.close())

  await until('a reset', () => reader.resets === 1)
  const next = await postMessage({ url: server.url, token: tokens.anna, room: 'red', text: 'after' })
  const [before, after] = [cursor, next.cursor].map((text) => text.split('.'))
  expect(after?.[0]).toMatch(/^[a-z0-9]{12}$/)
  expect(after?.[0]).not.toBe(before?.[0])
  expect(Number(after?.[1])).toBe(Number(before?.[1]) + 1)
})

function lineOf(file: string, pattern: RegExp): string {
  const [line] = pattern.exec(readFileSync(join(root, file), 'utf8')) ?? []
  if (line === undefined) throw new Error(`${file} has no ${String(pattern)}`)
  return line
}

/** What the shell calls `db.log` is a collection of the driver. */
async function inMongosh(url: string, line: string): Promise<void> {
  await using client = new MongoClient(url)
  await runInNewContext(line, { db: { log: client.db().collection('log') } })
}
