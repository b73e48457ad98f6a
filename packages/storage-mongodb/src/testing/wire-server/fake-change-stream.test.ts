import { MongoClient, Timestamp, type ChangeStreamOptions, type MongoClientOptions } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { fakeChangeStream } from './fake-change-stream.ts'
import { tellInserts } from './tell-inserts.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

test('events come in their order, with tokens, times and the awaited empty batches between', async () => {
  const { server, fake, watch } = await streaming()
  const stream = watch({ maxAwaitTimeMS: 20 })
  const first = stream.next()
  await server.arrived('getMore', 3)

  fake.push({ operationType: 'insert', n: 1 }, { _id: { _data: 'own' }, operationType: 'insert', n: 2 })

  expect(await first).toMatchObject({ _id: { _data: 'token-1' }, clusterTime: expect.any(Timestamp), n: 1 })
  expect(await stream.next()).toMatchObject({ _id: { _data: 'own' }, n: 2 })
  expect(fake.openings).toMatchObject([{ db: 'suda', collection: undefined, pipeline: [{ $match: {} }] }])
  expect(fake.cursors).toHaveLength(1)
})

test('the driver reads on from the token of the last batch, not of the last event', async () => {
  const { server, fake, watch } = await streaming()
  const stream = watch({ maxAwaitTimeMS: 20 })
  const event = stream.next()
  await server.arrived('getMore', 1)
  fake.push(insert(1))
  await event
  fake.pass()
  const next = stream.next()
  await server.arrived('getMore', getMores(server) + 2)

  fake.fail(11602)
  await fake.opened(2)
  fake.push(insert(2))

  expect(await next).toMatchObject({ n: 2 })
  expect(fake.openings[1]).toMatchObject({ resumeAfter: { _data: 'token-2' } })
})

test.each([6, 7, 43, 63, 89, 91, 133, 150, 189, 234, 262, 9001, 10107, 11600, 11602, 13388, 13435, 13436])(
  'the driver resumes after error %i of a getMore',
  async (code) => {
    const { server, fake, watch } = await streaming()
    const stream = watch()
    const event = stream.next()
    await server.arrived('getMore', 1)

    fake.fail(code)
    await fake.opened(2)
    fake.push(insert(1))

    expect(await event).toMatchObject({ n: 1 })
    expect(fake.openings[1]).toMatchObject({ resumeAfter: { _data: 'token-0' } })
    expect(fake.cursors).toHaveLength(1)
  },
)

test.each([8, 13, 50, 136, 237, 260, 280, 286, 10334])('error %i of a getMore closes the stream', async (code) => {
  const { server, fake, watch } = await streaming()
  const stream = watch()
  const event = stream.next().catch((error: unknown) => error)
  await server.arrived('getMore', 1)

  fake.fail(code)

  expect(await event).toMatchObject({ code })
  expect(stream.closed).toBe(true)
  expect(fake.openings).toHaveLength(1)
  expect(fake.cursors).toHaveLength(0)
})

test('an error of the opening closes the stream: the first one as well as a resumption', async () => {
  const { server, fake, watch } = await streaming({ retryReads: false })
  fake.failOpening(11602)
  const unopened = watch()
  await expect(unopened.next()).rejects.toMatchObject({ code: 11602 })
  expect(unopened.closed).toBe(true)

  const resuming = watch()
  const event = resuming.next().catch((error: unknown) => error)
  await server.arrived('getMore', 1)
  fake.failOpening(11602)
  fake.fail(11602)

  expect(await event).toMatchObject({ code: 11602 })
  expect(resuming.closed).toBe(true)
})

test('a connection that is cut is resumed on another', async () => {
  const { server, fake, watch } = await streaming()
  const stream = watch()
  const event = stream.next()
  await server.arrived('getMore', 1)

  fake.cut()
  await fake.opened(2)
  fake.push(insert(1))

  expect(await event).toMatchObject({ n: 1 })
  expect(fake.cursors).toHaveLength(1)
})

test('an invalidate is delivered and ends the cursor; only startAfter goes on from it', async () => {
  const { server, fake, watch } = await streaming()
  const stream = watch()
  const event = stream.next()
  await server.arrived('getMore', 1)

  fake.invalidate()
  const { _id: token, ...invalidate } = await event
  expect(invalidate).toMatchObject({ operationType: 'invalidate' })
  await expect(stream.next()).rejects.toThrow('ChangeStream is closed')
  expect(stream.closed).toBe(true)
  expect(fake.cursors).toHaveLength(0)

  await expect(watch({ resumeAfter: token }).next()).rejects.toMatchObject({ codeName: 'InvalidResumeToken' })
  fake.push(insert(1))
  expect(await watch({ startAfter: token }).next()).toMatchObject({ n: 1 })
})

test('whoever comes with an unknown token, or one from before what is remembered, is refused for ever', async () => {
  const { fake, watch } = await streaming()
  fake.push(insert(1), insert(2))
  fake.forget()

  await expect(watch({ resumeAfter: { _data: 'foreign' } }).next()).rejects.toMatchObject({ code: 280 })
  await expect(watch({ resumeAfter: { _data: 'token-1' } }).next()).rejects.toMatchObject({ code: 286 })
  const time = new Timestamp({ t: 1_700_000_000, i: 1 })
  await expect(watch({ startAtOperationTime: time }).next()).rejects.toMatchObject({ code: 286 })
})

test('a stream begins after a token, at a time, and in batches as large as it likes', async () => {
  const { fake, watch } = await streaming()
  fake.push(insert(1), insert(2), insert(3), insert(4))

  const byToken = watch({ resumeAfter: { _data: 'token-1' }, batchSize: 2 })
  expect([await byToken.next(), await byToken.next(), await byToken.next()]).toMatchObject([
    { n: 2 },
    { n: 3 },
    { n: 4 },
  ])
  const startAtOperationTime = new Timestamp({ t: 1_700_000_000, i: 3 })
  expect(await watch({ startAtOperationTime }).next()).toMatchObject({ n: 3 })
})

test('in silence neither a getMore nor an opening is answered', async () => {
  const { server, fake, watch } = await streaming({ socketTimeoutMS: 300 })
  const stream = watch({ maxAwaitTimeMS: 50 })
  const event = stream.next()
  await server.arrived('getMore', 1)

  fake.beSilent()
  fake.push(insert(1))
  await fake.opened(2)
  fake.speak()

  expect(await event).toMatchObject({ n: 1 })
})

test('cursors that are lost, and cursors that a client closes, are told apart', async () => {
  const { server, fake, watch } = await streaming()
  const stream = watch({ maxAwaitTimeMS: 20 })
  const event = stream.next()
  await server.arrived('getMore', 1)
  const [lost] = fake.cursors

  fake.loseCursors()
  await fake.opened(2)
  fake.push(insert(1))
  await event
  const [second] = fake.cursors
  await stream.close()

  expect(fake.killed).toEqual([lost?.id, second?.id])
  expect(fake.cursors).toHaveLength(0)
})

test.each([10107, 189, 91])(
  'a stream outlasts a time without a primary (%i) and goes on with the next',
  async (code) => {
    const { server, fake, watch } = await streaming()
    const stream = watch()
    const event = stream.next()
    await server.arrived('getMore', 1)

    server.stepDown(code)
    fake.push(insert(1))
    await server.arrived('killCursors', 1)
    expect(fake.openings).toHaveLength(1)
    server.stepUp()

    expect(await event).toMatchObject({ n: 1 })
    expect(fake.openings).toHaveLength(2)
  },
)

test('a time without a primary that lasts longer than servers are looked for closes the stream', async () => {
  const { server, watch } = await streaming({ serverSelectionTimeoutMS: 100 })
  const stream = watch()
  const event = stream.next().catch((error: unknown) => error)
  await server.arrived('getMore', 1)

  server.stepDown(11602)

  expect(await event).toMatchObject({ code: 11602 })
  expect(stream.closed).toBe(true)
})

test('the driver resumes without a pause for as long as openings succeed', async () => {
  const { server, fake, watch } = await streaming()
  const stream = watch()
  const event = stream.next()
  await server.arrived('getMore', 1)

  for (let opening = 2; opening <= 50; opening += 1) {
    fake.fail(43)
    await fake.opened(opening)
  }
  fake.push(insert(1))

  expect(await event).toMatchObject({ n: 1 })
})

test('what clients insert is told by the stream, when a test wants it', async () => {
  const { server, fake, client, watch } = await streaming()
  tellInserts(server, fake)
  const event = watch().next()
  await server.arrived('getMore', 1)

  await client.db('suda').collection<{ _id: string }>('markers').insertOne({ _id: 'm1' })

  expect(await event).toMatchObject({ ns: { db: 'suda', coll: 'markers' }, fullDocument: { _id: 'm1' } })
})

const getMores = (server: WireServer) => server.commands.filter(({ name }) => name === 'getMore').length

const insert = (n: number) => ({ operationType: 'insert', n })

async function streaming(options: MongoClientOptions = {}) {
  const server = await startWireServer()
  onTestFinished(() => server.down())
  const fake = fakeChangeStream(server)
  const client = new MongoClient(server.url, { minHeartbeatFrequencyMS: 10, ...options })
  onTestFinished(() => client.close())
  const watch = (more: ChangeStreamOptions = {}) =>
    client.db('suda').watch([{ $match: {} }], { maxAwaitTimeMS: 1000, ...more })
  return { server, fake, client, watch }
}
