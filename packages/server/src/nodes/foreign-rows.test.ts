/** What other programs write into the database of a site that several processes serve. */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient, ObjectId, type Db } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import type { Client } from '../testing/a-client.ts'
import { aSharedSite, type SharedSite } from '../testing/a-shared-site.ts'
import { openEvents } from '../testing/open-events.ts'
import { suda, type RunningServer } from '../testing/run-suda.ts'

const soon = { timeout: 60_000, interval: 100 }
const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content', at: 'date' }

test('an inserted document is live on every process, by its author; a refused one says why', async () => {
  const { alice, db, site } = await aSite()
  const nodes = await startNodes(site, 2)
  const feeds = await Promise.all(nodes.map(({ url }) => openEvents({ ...alice, url }, '/api/rooms/general/feed')))
  const inbox = db.collection('inbox')

  await inbox.insertMany([
    { room: 'general', author: 'alice', text: 'deployed @alice' },
    { room: 'nowhere', author: 'alice', text: 'x' },
    { room: 'general', author: 'nobody', text: 'x' },
    { room: 'general', author: 'alice', text: 7 },
  ])

  for (const feed of feeds) expect((await feed.until('message')).data).toMatchObject({ text: 'deployed @alice' })
  await expect.poll(() => inbox.countDocuments({ error: null }), soon).toBe(0)
  expect((await inbox.find().toArray()).map(({ error }) => error)).toEqual([
    'not_found: There is nothing here that you may see',
    'not_found: There is no such author.',
    'validation_failed: There is no text in “text”.',
  ])
  expect(await messagesOf(alice)).toMatchObject([
    { text: 'deployed @alice', authorId: alice.userId, via: { kind: 'inbox' }, mentions: [{ as: 'alice' }] },
  ])
  // Whoever writes by a program has not read the room by that.
  expect((await alice.get('/api/rooms/general')).body.room.my).toMatchObject({ readSeq: 0 })
})

test('300 documents each of the inbox and of a source are posted once and in order, through kills', async () => {
  const { alice, db, site } = await aSite([board])
  const nodes = await startNodes(site, 3)
  const texts = (of: string) => Array.from({ length: 300 }, (_, n) => `${of} ${n}`)
  const [inbox, message] = [db.collection('inbox'), db.collection('message')]

  for (const [n, text] of texts('inbox').entries()) {
    await Promise.all([
      inbox.insertOne({ room: 'general', author: 'alice', text }),
      message.insertOne({ parent: 'general', userid: 'alice', content: `board ${n}` }),
    ])
    if (n % 100 !== 50) continue
    const victim = nodes.shift()
    victim?.kill('SIGKILL')
    await victim?.ended
    nodes.push(await site.startNode())
  }

  await expect.poll(() => lastSeq(alice), soon).toBeGreaterThanOrEqual(600)
  await expect.poll(() => inbox.countDocuments(), soon).toBe(0)
  const found = (await messagesOf(alice)).map(({ text }) => text)
  expect(found.filter((text) => text.startsWith('inbox'))).toEqual(texts('inbox'))
  expect(found.filter((text) => text.startsWith('board'))).toEqual(texts('board'))
  expect(found).toHaveLength(600)
}, 180_000)

test('what is inserted while no process runs is posted when one is ready', async () => {
  const { alice, db, site } = await aSite([board])
  const [node] = await startNodes(site, 1)
  await db.collection('message').insertOne({ parent: 'general', userid: 'alice', content: 'board 0' })
  await expect.poll(() => textsOf(alice), soon).toEqual(['board 0'])
  node?.kill('SIGKILL')
  await node?.ended
  const rows = Array.from({ length: 20 }, (_, n) => n + 1)
  const late = { _id: ObjectId.createFromTime(1_500_000_000), parent: 'general', userid: 'alice', content: 'late' }
  await db
    .collection('message')
    .insertMany(rows.map((n) => ({ parent: 'general', userid: 'alice', content: `board ${n}` })))
  await db.collection('message').insertOne(late)
  await db.collection('inbox').insertMany(rows.map((n) => ({ room: 'general', author: 'alice', text: `inbox ${n}` })))

  await startNodes(site, 2)

  await expect.poll(() => lastSeq(alice), soon).toBe(42)
  const found = await textsOf(alice)
  expect(found.filter((text) => text.startsWith('board'))).toEqual([0, ...rows].map((n) => `board ${n}`))
  expect(found.filter((text) => text.startsWith('inbox'))).toEqual(rows.map((n) => `inbox ${n}`))
  expect(found).toContain('late')
}, 90_000)

test('a tutorial’s collection is taken over in silence, through a kill, while people post', async () => {
  const { alice, db, site } = await aSite([{ ...board, rooms: { '7': 'general' }, authors: { ann: 'alice' } }])
  const old = Array.from({ length: 400 }, (_, n) => n)
  const message = db.collection('message')
  await message.insertMany(
    old
      .map((n) => ({ parent: 7, userid: 'ann', content: `old\r\n${n} @alice`, date: new Date(1_000 * (n + 1)) }))
      .reverse(),
  )
  const [first] = await startNodes(site, 1)
  await expect.poll(() => lastSeq(alice), soon).toBeGreaterThan(50)
  first?.kill('SIGKILL')
  await first?.ended

  const [second] = await startNodes(site, 1)
  const live = { ...alice, url: second?.url ?? '' }
  await openEvents(live, '/api/feed')
  await message.insertOne({ parent: 7, userid: 'ann', content: 'live' })
  await expect.poll(() => lastSeq(alice), soon).toBe(401)

  const found = await messagesOf(alice)
  const silent = found.filter(({ text }) => text !== 'live')
  expect(silent.map(({ text }) => text)).toEqual(old.map((n) => `old\n${n} @alice`))
  expect(silent.map(({ createdAt }) => Date.parse(createdAt))).toEqual(old.map((n) => 1_000 * (n + 1)))
  expect(silent.every(({ mentions }) => mentions.length === 0)).toBe(true)
  const { room } = (await alice.get('/api/rooms/general')).body
  expect(room).toMatchObject({ lastSeq: 401, ordinal: 1, my: { readOrdinal: 0, unreadMentions: [] } })
}, 90_000)

test('suda adopt takes a source over before the first start, and tries again what was refused', async () => {
  const { alice, db, site } = await aSite([board])
  const message = db.collection('message')
  await message.insertMany([
    { parent: 'general', userid: 'alice', content: 'one', date: new Date(1) },
    { parent: 'general', userid: 'bob', content: 'two', date: new Date(2) },
  ])

  const first = await suda(['adopt', 'board'], site.options)
  expect(first.code).toBe(0)
  expect(first.stdout).toBe(
    'board: 2 documents looked at, 1 posted, 1 refused.\n  1 × not_found: There is no such author.\n',
  )
  await site.addUser('bob')
  await startNodes(site, 1)
  const again = await suda(['adopt', 'board'], site.options)

  expect(again.stdout).toBe('board: 2 documents looked at, 1 posted, 0 refused.\n')
  expect(await messagesOf(alice)).toMatchObject([
    { text: 'one', ordinal: 0 },
    { text: 'two', ordinal: 0, createdAt: '1970-01-01T00:00:00.002Z' },
  ])
}, 90_000)

test.each([
  [['adopt'], 64, 'NAME is missing'],
  [['adopt', 'other'], 64, 'there is no source “other” in suda.config.json; there are board'],
])('suda %j ends with %i', async (args, code, complaint) => {
  const { site } = await aSite([board])

  expect(await suda(args, site.options)).toMatchObject({ code, stderr: expect.stringContaining(complaint) })
})

test('a collection of Suda’s own is no source, and a source needs a MongoDB', async () => {
  const { site } = await aSite([{ ...board, collection: 'messages' }])

  const own = await suda(['start', '--port', '0'], site.options)
  const alone = await suda(['start', '--port', '0'], { cwd: site.options.cwd, env: { SUDA_DATABASE_URL: '' } })

  expect(own).toMatchObject({ code: 64, stderr: expect.stringContaining('is Suda’s or MongoDB’s own') })
  expect(alone).toMatchObject({ code: 64, stderr: expect.stringContaining('sources stand in a MongoDB') })
})

interface Message {
  readonly text: string
  readonly createdAt: string
  readonly mentions: readonly unknown[]
}

async function aSite(sources: readonly object[] = []): Promise<{ site: SharedSite; alice: Client; db: Db }> {
  const site = await aSharedSite()
  const alice = await site.addUser('alice')
  await site.addRoom('general', { owner: alice })
  writeFileSync(join(site.options.cwd, 'suda.config.json'), JSON.stringify({ sources }))
  const client = await new MongoClient(site.databaseUrl).connect()
  onTestFinished(() => client.close())
  return { site, alice, db: client.db() }
}

function startNodes(site: SharedSite, count: number): Promise<RunningServer[]> {
  return Promise.all(Array.from({ length: count }, () => site.startNode()))
}

/** All of the room, in order. */
async function messagesOf(reader: Client): Promise<Message[]> {
  const messages: Message[] = []
  for (let after = 0; ;) {
    const { body } = await reader.get(`/api/rooms/general/messages?after=${after}&limit=200`)
    messages.push(...body.messages)
    if (body.hasAfter !== true) return messages
    after = body.messages.at(-1).seq
  }
}

/** How many there are. */
async function lastSeq(reader: Client): Promise<number> {
  return (await reader.get('/api/rooms/general')).body.room.lastSeq
}

async function textsOf(reader: Client): Promise<string[]> {
  return (await messagesOf(reader)).map(({ text }) => text)
}
