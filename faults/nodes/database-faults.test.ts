import { randomUUID } from 'node:crypto'
import { Long, MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { call } from '../kit/http.ts'
import { aBreakableSite, type BreakableSite } from './breakable-site.ts'
import { expectWhole } from './expect-whole.ts'

const timeout = 120_000

test(
  'while the database is down posts are told to come again, streams stay open, and nothing is lost',
  { timeout },
  async (context) => {
    const { followers, mongo, nodes, post, tokens } = await aBreakableSite(context, 1)
    const all = await followers()
    await post('before')
    await expectWhole(all, ['before'])
    const message = { id: randomUUID(), text: 'during' }

    await mongo.kill()
    const refused = await fetch(`${nodes[0]?.url}/api/rooms/red/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens.anna}`, 'content-type': 'application/json' },
      body: JSON.stringify(message),
    })
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await call(`${nodes[0]?.url}/health`)).toMatchObject({ status: 503, body: { storage: 'unavailable' } })
    expect(await call(`${nodes[0]?.url}/health?live`)).toMatchObject({ status: 200 })

    await mongo.start()
    expect(await post(message.text, { id: message.id })).toMatchObject({ status: 201 })
    expect(await post(message.text, { id: message.id })).toMatchObject({ status: 200 })
    await post('after')
    await expectWhole(all, ['before', 'during', 'after'])
    expect(all.map(({ reader }) => reader.connections)).toEqual([1, 1])
  },
)

test(
  'DL14: a stream that is asked for while the database is down is told to come again',
  { timeout },
  async (context) => {
    const { followers, mongo, post } = await aBreakableSite(context, 1)
    const all = await followers()
    await post('before')
    await expectWhole(all, ['before'])

    await mongo.kill()
    for (const { reader } of all) reader.reconnect()
    await expect.poll(() => all.every(({ reader }) => reader.byes.includes('shutdown')), { timeout: 20_000 }).toBe(true)
    await mongo.start()

    await post('after')
    await expectWhole(all, ['before', 'after'])
  },
)

test('a database that stands still for some seconds delays posts and loses nothing', { timeout }, async (context) => {
  const { followers, mongo, post } = await aBreakableSite(context, 1)
  const all = await followers()
  await post('before')
  let hasGivenUp = false

  await mongo.pause()
  // The client waits five seconds for an answer before it asks again.
  const posting = post('during', { onAttempt: (outcome) => (hasGivenUp ||= outcome instanceof Error) })
  await expect.poll(() => hasGivenUp, { timeout: 10_000 }).toBe(true)
  mongo.resume()
  await posting
  await post('after')

  await expectWhole(all, ['before', 'during', 'after'])
  expect(all.map(({ reader }) => reader.connections)).toEqual([1, 1])
})

test(
  'cut connections to the database, again and again, are nothing that a client sees',
  { timeout },
  async (context) => {
    const { followers, post, wires } = await aBreakableSite(context, 1)
    const all = await followers()
    const texts = Array.from({ length: 10 }, (_, n) => `message ${n}`)

    for (const text of texts) {
      const posting = post(text)
      wires[0]?.cutAll()
      await posting
    }

    await expectWhole(all, texts)
    // On a slow machine a feed may stand still for so long that a reader is sent to look elsewhere (DL14).
    for (const { reader } of all) expect(reader.connections).toBeLessThanOrEqual(2)
  },
)

const losses: readonly [string, (site: BreakableSite) => Promise<void>][] = [
  ['forgotten by the server (286)', (site) => answerNextGetMore(site, 286, 'ChangeStreamHistoryLost')],
  ['broken for good (280)', (site) => answerNextGetMore(site, 280, 'ChangeStreamFatalError')],
  ['ended by an operator', endCursors],
]

test.for(losses)(
  'DL2: a change stream that is %s is nothing that a client sees',
  { timeout },
  async ([, lose], context) => {
    const site = await aBreakableSite(context, 1)
    const all = await site.followers()
    const texts = Array.from({ length: 10 }, (_, n) => `message ${n}`)
    const [wire] = site.wires
    const openings = () =>
      wire?.commands.filter(({ body }) => body['pipeline']?.[0]?.$changeStream !== undefined).length
    const before = openings() ?? 0

    for (const [n, text] of texts.entries()) {
      if (n === 3) await lose(site)
      await site.post(text)
    }

    await expectWhole(all, texts)
    expect(all.map(({ reader }) => reader.connections)).toEqual([1, 1])
    await expect.poll(openings, { timeout: 10_000 }).toBe(before + 1)
    // The end of the one before is told when the driver comes to it.
    await expect.poll(() => wire?.openStreams.length, { timeout: 10_000 }).toBe(1)
  },
)

async function answerNextGetMore({ wires: [wire] }: BreakableSite, code: number, codeName: string): Promise<void> {
  wire?.meetNext('getMore', { answer: { ok: 0, code, codeName, errmsg: 'as the test wants it' } })
}

async function endCursors({ mongo, wires: [wire] }: BreakableSite): Promise<void> {
  const client = new MongoClient(mongo.url)
  onTestFinished(() => client.close())
  await expect.poll(() => wire?.openStreams.length, { timeout: 10_000 }).toBe(1)
  const cursors = wire?.openStreams.map(({ cursorId }) => Long.fromString(cursorId)) ?? []
  expect(cursors).toHaveLength(1)
  await client.db('suda').command({ killCursors: '$cmd.aggregate', cursors })
}
