/** The inbox with the sqlite3 shell of the machine, where there is one, as the foreign writer. */

import { execFileSync, spawn } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test, vi } from 'vitest'
import { InboxLoop } from './inbox-loop.ts'
import type { InboxRow, SqliteStorage } from './index.ts'
import { aFolder, aRoom } from './testing/a-storage.ts'
import { freely, posting } from './testing/drafts.ts'
import { until } from './testing/until.ts'

test('a row that another program inserts becomes a message, and leaves the inbox', async () => {
  const { storage, dir, seen } = await anInbox()

  insert(dir, "('general', 'alice', 'deployed')")

  await until(() => seen.length === 1)
  expect(seen[0]).toMatchObject({ room: 'general', author: 'alice', text: 'deployed' })
  await until(() => rowsOf(dir).length === 0)
  expect((await storage.messages('general', { limit: 10 })).messages).toMatchObject([{ text: 'deployed' }])
})

test('rows that were there before we listened are posted in their order', async () => {
  const first = await anInbox()
  await first.storage.close()
  insert(first.dir, "('general', 'alice', 'one'), ('general', 'alice', 'two'), ('general', 'alice', 'three')")

  const { storage } = await anInbox({ dir: first.dir, isNew: false })

  await until(() => rowsOf(first.dir).length === 0)
  const { messages } = await storage.messages('general', { limit: 10 })
  expect(messages.map((message) => message.text)).toEqual(['one', 'two', 'three'])
})

test('rows whose ids have another number of digits are posted in their order as well', async () => {
  const { dir, seen } = await anInbox()
  const texts = Array.from({ length: 120 }, (_, index) => `row ${index + 1}`)

  insert(dir, texts.map((text) => `('general', 'alice', '${text}')`).join())

  await until(() => seen.length === texts.length)
  expect(seen.map((row) => row.text)).toEqual(texts)
})

test('a refused row keeps its error and is not tried again', async () => {
  const { dir, seen } = await anInbox()

  insert(dir, "('nowhere', 'alice', 'lost'), ('general', 'alice', 'found')")

  await until(() => rowsOf(dir).length === 1)
  expect(rowsOf(dir)).toMatchObject([{ room: 'nowhere', error: 'not_found' }])
  expect(seen.map((row) => row.room)).toEqual(['nowhere', 'general'])
})

test('rows of a megabyte, blobs, NULs, nulls and ids beyond 2^53 stop nothing', async () => {
  const { dir, seen } = await anInbox()

  insert(
    dir,
    `(1, NULL, x'00ff00'), ('general', 'alice', zeroblob(1000000)), ('general', 'alice', printf('%.*c', 1000000, 'x'))`,
  )
  insert(dir, `('general', 'alice', 'a' || char(0) || 'b'), (9223372036854775807, 1.5, '')`)
  execute(dir, "INSERT INTO messages (id, room, author, text) VALUES (9223372036854775806, 'general', 'alice', 'last')")

  await until(() => seen.some((row) => row.text === 'last'))
  await until(() => rowsOf(dir).every((row) => row['error'] !== null))
  expect(seen.find((row) => row.id === '4')?.text).toBe('a\0b')
  expect(rowsOf(dir).filter((row) => row['error'] === 'payload_too_large')).toHaveLength(2)
})

test('a row is posted once although the server was killed between its commit and its deletion', async () => {
  const { dir, storage, seen } = await anInbox()
  insert(dir, "('general', 'alice', 'once')")
  await until(() => rowsOf(dir).length === 0)
  execute(dir, "INSERT INTO messages (id, room, author, text) VALUES (1, 'general', 'alice', 'once')") // as if it were still there

  await until(() => seen.length === 2)
  await until(() => rowsOf(dir).length === 0)
  expect((await storage.messages('general', { limit: 10 })).messages).toHaveLength(1)
})

test.each([
  ['emptied and counts anew', "DELETE FROM messages; DELETE FROM sqlite_sequence WHERE name = 'messages'", 'other'],
  ['dropped', 'DROP TABLE messages', 'once'],
])('a row of a table that another program has %s is posted under an id that was there before', async (_, sql, text) => {
  const { dir, storage } = await anInbox()
  insert(dir, "('general', 'alice', 'once')")
  await until(() => rowsOf(dir).length === 0)

  execute(dir, sql)
  await until(() => canBeRead(dir))
  insert(dir, `('general', 'alice', '${text}')`)

  await until(async () => (await storage.messages('general', { limit: 10 })).messages.length === 2)
  await until(() => rowsOf(dir).length === 0)
})

test('a clock that is set back while rows cannot be posted does not hold them up', async () => {
  const path = join(aFolder(), 'inbox.db')
  const given: unknown[] = []
  const loop = new InboxLoop(path, (message) => {
    if (message.type !== 'rows') return
    given.push(...message.rows.map(({ text }) => text))
    setTimeout(() => loop.take([], message.rows.length), 1) // not now
  })
  onTestFinished(() => loop.close())
  loop.look()
  insert(dirname(path), "('general', 'alice', 'patient')")
  await until(() => given.length === 1)

  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 })
  onTestFinished(() => void vi.useRealTimers())

  await vi.waitFor(() => expect(given.length).toBeGreaterThan(1), { timeout: 5_000 })
})

test('a transaction that another program leaves open delays the inbox and nothing else', async () => {
  const { dir, storage, seen } = await anInbox()
  const foreign = new DatabaseSync(join(dir, 'inbox.db'))
  foreign.exec("BEGIN EXCLUSIVE; INSERT INTO messages (room, author, text) VALUES ('general', 'alice', 'late')")

  await storage.commit([posting({ id: 'm1', text: 'meanwhile' })], freely())
  expect(seen).toEqual([])
  foreign.exec('COMMIT')
  foreign.close()

  await until(() => seen.length === 1)
})

test('an inbox that was deleted is made anew, and its first row is not taken for an old one', async () => {
  const { dir, storage, seen } = await anInbox()
  insert(dir, "('general', 'alice', 'before')")
  await until(() => seen.length === 1 && rowsOf(dir).length === 0)

  rmSync(join(dir, 'inbox.db'))
  await until(() => existsSync(join(dir, 'inbox.db')) && canBeRead(dir))
  insert(dir, "('general', 'alice', 'after')")

  await until(() => seen.length === 2)
  expect(seen[0]?.sourceId).not.toBe(seen[1]?.sourceId)
  await until(() => rowsOf(dir).length === 0)
  expect((await storage.messages('general', { limit: 10 })).messages).toHaveLength(2)
})

test('a row that cannot be posted now comes again', async () => {
  let attempts = 0
  const { dir, seen } = await anInbox({ failing: () => ++attempts < 3 })

  insert(dir, "('general', 'alice', 'patience')")

  await until(() => seen.length === 3)
  await until(() => rowsOf(dir).length === 0)
})

test.runIf(hasShell())('a row inserted by the sqlite3 shell is in the feed within 100 ms', async () => {
  const { dir, storage } = await anInbox()
  const shell = spawn('sqlite3', ['-cmd', '.timeout 5000', join(dir, 'inbox.db')])
  const delays: number[] = []
  const feed = storage.feed((await storage.head()).position)[Symbol.asyncIterator]()

  for (let n = 0; n < 20; n++) {
    const begun = performance.now()
    shell.stdin.write(`insert into messages(room, author, text) values ('general', 'alice', 'row ${n}');\n`)
    await feed.next()
    delays.push(performance.now() - begun)
  }

  shell.stdin.end()
  expect(delays.sort((a, b) => a - b)[Math.floor(delays.length / 4)]).toBeLessThan(100)
})

test('a row that is written in the moment after a look is seen by the next one', async () => {
  const { dir, seen } = await anInbox()
  const delays: number[] = []

  for (let n = 1; n <= 20; n++) {
    insert(dir, `('general', 'alice', 'first ${n}')`)
    await vi.waitFor(() => expect(seen).toHaveLength(2 * n - 1), { interval: 0, timeout: 5_000 })
    const begun = performance.now()
    insert(dir, `('general', 'alice', 'second ${n}')`)
    await until(() => seen.length === 2 * n)
    delays.push(performance.now() - begun)
  }

  // Without that it would wait for the next write of anybody: for ours, when we settle after a second.
  expect(delays.sort((a, b) => a - b)[17]).toBeLessThan(500)
})

/** A storage whose inbox posts into `general`, and what it was given. */
async function anInbox({ dir = aFolder(), isNew = true, failing = (): boolean => false } = {}) {
  const storage = await aRoom({ dataDir: dir, isNew })
  const seen: InboxRow[] = []
  await storage.inbox.start(async (row) => {
    seen.push(row)
    if (failing()) throw new Error('not now')
    return post(storage, row)
  })
  return { storage, dir, seen }
}

async function post(storage: SqliteStorage, row: InboxRow): Promise<{ posted: true } | { error: string }> {
  if (row.room !== 'general' || typeof row.text !== 'string') return { error: 'not_found' }
  const draft = posting({ id: crypto.randomUUID(), text: row.text })
  await storage.commit([{ ...draft, source: { source: 'inbox', sourceId: row.sourceId } }], freely())
  return { posted: true }
}

function insert(dir: string, values: string): void {
  execute(dir, `INSERT INTO messages (room, author, text) VALUES ${values}`)
}

function execute(dir: string, sql: string): void {
  const db = new DatabaseSync(join(dir, 'inbox.db'), { timeout: 5_000 })
  db.exec(sql)
  db.close()
}

function rowsOf(dir: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(dir, 'inbox.db'), { timeout: 5_000 })
  try {
    return db.prepare('SELECT CAST(id AS TEXT) AS id, CAST(room AS TEXT) AS room, error FROM messages').all()
  } finally {
    db.close()
  }
}

function canBeRead(dir: string): boolean {
  try {
    return rowsOf(dir).length === 0
  } catch {
    return false // not made yet
  }
}

function hasShell(): boolean {
  try {
    return execFileSync('sqlite3', ['--version']).length > 0
  } catch {
    return false
  }
}
