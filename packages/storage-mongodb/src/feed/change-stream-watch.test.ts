import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { aWire, type Wire } from '../testing/feed/on-wire.ts'
import { impatient, quickTimings, upTo, type Reading } from '../testing/feed/reading.ts'
import { failure, ok, silence } from '../testing/wire-server/answers.ts'

test('the stream is on the database, and tells of insertions into the wanted collections and of nothing else', async () => {
  const { server, stream, read } = await aWire()
  await read({ collections: ['changes', 'inbox'] })

  expect(stream.openings).toMatchObject([
    {
      db: 'suda',
      collection: undefined,
      pipeline: [
        { $match: { operationType: 'insert', 'ns.coll': { $in: ['changes', 'inbox', 'markers'] } } },
        { $project: { 'ns.coll': 1, fullDocument: 1 } },
      ],
    },
  ])
  const [getMore] = await server.arrived('getMore', 1)
  expect(getMore?.body).toMatchObject({ maxTimeMS: quickTimings.awaitMs })
})

test('what was there before, and what comes while the stream is primed, is read', async () => {
  const wire = await aWire()
  wire.log.commit(3)
  wire.server.answerNext('insert', () => {
    wire.commit(2)
    return undefined
  })

  const reader = await wire.read()
  await reader.reached(5)
  wire.commit(1)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
})

test('the marker is inserted by a majority once the stream is open, and told to nobody', async () => {
  const wire = await aWire()
  const told: string[] = []
  await wire.read({ onInsert: (collection) => told.push(collection) })

  const names = wire.server.commands.map(({ name }) => name)
  expect(names.indexOf('insert')).toBeGreaterThan(names.indexOf('aggregate'))
  expect(wire.server.commands.find(({ name }) => name === 'insert')?.body).toMatchObject({
    insert: 'markers',
    documents: [{ _id: expect.any(String), at: expect.any(Date) }],
    writeConcern: { w: 'majority' },
  })
  expect(told).toEqual([])
})

test('a stream that does not tell of its marker is replaced', async () => {
  const wire = await aWire()
  wire.server.answerNext('insert', () => ok({ n: 1 }))

  const reader = await wire.read({ timings: impatient })

  expect(reader.notices).toEqual([expect.stringContaining('the marker did not come by'), isWell])
  expect(tokens(wire)).toEqual([undefined, undefined])
  expect(reader.watch.status).toMatchObject({ isOpen: true, streams: 2 })
})

test('where the marker cannot be inserted it is tried again on a new stream', async () => {
  const wire = await aWire()
  wire.server.answerNext('insert', () => failure({ code: 13 }))

  const reader = await wire.read()

  expect(reader.notices).toEqual([expect.stringContaining('the marker could not be inserted'), isWell])
  expect(reader.watch.status.isOpen).toBe(true)
})

test('a marker that comes by counts, whatever becomes of its answer', async () => {
  const wire = await aWire()
  wire.server.answerNext('insert', ({ db, body }) => {
    const ns = { db, coll: 'markers' }
    wire.stream.push({ operationType: 'insert', ns, fullDocument: body['documents'][0] })
    return silence
  })

  const reader = await wire.read()

  expect(reader.notices).toEqual([])
  expect(reader.watch.status).toMatchObject({ isOpen: true, streams: 1 })
})

test('a stream that was resumed before its marker came by gets another one', async () => {
  const wire = await aWire()
  wire.server.answerNext('insert', async () => {
    await wire.server.arrived('getMore', 2) // so one was answered, and there is a token
    wire.stream.fail(11600)
    return silence
  })

  const reader = await wire.read()

  expect(tokens(wire)).toEqual([undefined, { _data: 'token-0' }])
  expect(await wire.server.arrived('insert', 2)).toHaveLength(2)
  expect(reader.lookUps).toBe(1)
})

test('the start fails with the reason where nothing can be opened, and leaves nothing behind', async () => {
  const wire = await aWire()
  wire.server.answer('aggregate', () => failure({ code: 13, message: 'not allowed' }))

  await expect(wire.read({ timings: { startMs: 200 } })).rejects.toMatchObject({
    message: 'no change stream within 200 ms',
    cause: { message: 'not allowed' },
  })
  await expect.poll(() => wire.server.connections).toBe(0)
})

test('the start fails at once for a URL that is none', async () => {
  const { read } = await aWire()

  await expect(read({ url: 'mongodb:/nowhere' })).rejects.toMatchObject({ name: 'MongoParseError' })
})

test('what comes together is told together, in arrays of 500 at most', async () => {
  const wire = await aWire()
  const reader = await wire.read()

  wire.commit(700)
  await reader.reached(700)

  expect(reader.positions).toEqual(upTo(700))
  expect(reader.sizes).toEqual([500, 200])
})

test('the order of insertions into different collections is kept', async () => {
  const wire = await aWire()
  const told: [string, unknown[]][] = []
  const { promise: isEnough, resolve } = Promise.withResolvers<void>()
  await wire.read({
    collections: ['changes', 'inbox'],
    onInsert: (collection, documents) => {
      told.push([collection, documents.map(({ _id: id }) => id)])
      if (told.flatMap(([, ids]) => ids).length === 5) resolve()
    },
  })

  const event = (coll: string, id: number) => ({
    operationType: 'insert',
    ns: { db: 'suda', coll },
    fullDocument: { _id: id },
  })
  wire.stream.push(
    event('changes', 1),
    event('changes', 2),
    event('inbox', 3),
    event('changes', 4),
    event('changes', 5),
  )
  await isEnough

  expect(told).toEqual([
    ['changes', [1, 2]],
    ['inbox', [3]],
    ['changes', [4, 5]],
  ])
})

test('where what was told is not taken, the stream is opened anew', async () => {
  const wire = await aWire()
  const broken = [() => Promise.reject(new Error('not now'))]
  const reader = await wire.read({
    onInsert: () => {
      if (broken.pop() !== undefined) throw new Error('not now')
    },
  })

  wire.commit(3)
  await reader.reached(3)

  expect(reader.positions).toEqual(upTo(3))
  expect(reader.notices).toEqual([expect.stringContaining('not now'), isWell])
  expect(tokens(wire)).toEqual([undefined, undefined])
})

test('a fault that lasts is told once, and its end too', async () => {
  const wire = await aWire()
  const reader = await wire.read({ timings: impatient })

  await wire.server.down()
  await expect.poll(() => reader.watch.status.streams, { timeout: 10_000 }).toBeGreaterThan(4)
  await wire.server.up()
  await expect.poll(() => reader.watch.status.isOpen, { timeout: 10_000 }).toBe(true)

  // How often it was tried is not told, and on a slow machine some of it may have ended otherwise.
  const [first, ...others] = reader.notices
  expect(first).toContain('is lost')
  expect(others.at(-1)).toEqual(isWell)
  expect(new Set(others).size).toBe(others.length)
  expect(others.join()).toContain('ECONNREFUSED')
})

test('the status says when nothing is open', async () => {
  const wire = await aWire()
  const reader = await wire.read()
  expect(reader.watch.status).toEqual({ isOpen: true, silentForMs: expect.any(Number), streams: 1 })

  await wire.server.down()

  await expect.poll(() => reader.watch.status.isOpen).toBe(false)
})

test.each<[string, (wire: Wire, reader: Reading) => unknown]>([
  ['flows', () => undefined],
  ['is silent', ({ server }) => server.freeze()],
  ['has no primary', ({ server }, reader) => (server.stepDown(), reopening(reader))],
  ['is gone', ({ server }, reader) => server.down().then(() => reopening(reader))],
  ['refuses every opening', ({ server, stream }, reader) => (refuseOpenings(server), stream.cut(), reopening(reader))],
  [
    'answers no opening',
    ({ server, stream }) => (server.answer('aggregate', () => silence), stream.cut(), server.arrived('aggregate', 2)),
  ],
  [
    'answers no marker',
    ({ server, stream }) => (server.answer('insert', () => silence), stream.fail(286), server.arrived('insert', 2)),
  ],
])('close returns soon while the server %s', async (_, fault) => {
  const wire = await aWire()
  const reader = await wire.read({ timings: impatient })
  await fault(wire, reader)

  const startedAt = performance.now()
  await reader.watch.close()

  expect(performance.now() - startedAt).toBeLessThan(quickTimings.closeMs + 200)
  expect(reader.watch.status.isOpen).toBe(false)
  // What the driver cannot let go of at once ends with its patience for a connection.
  await expect.poll(() => wire.server.connections, { timeout: 3_000 }).toBe(0)
})

test('nothing is told after close', async () => {
  const wire = await aWire()
  const reader = await wire.read()

  wire.commit(1)
  const closing = reader.watch.close()
  wire.commit(1)
  await closing

  expect(reader.positions).toEqual([])
  expect(reader.notices).toEqual([])
})

test('a process that has closed its stream ends', async () => {
  const wire = await aWire()
  const path = fileURLToPath(new URL('change-stream-watch.ts', import.meta.url))
  const script = `
    const { ChangeStreamWatch } = await import(${JSON.stringify(path)})
    const nothing = { onInsert() {}, onNotice() {}, onOpenedAnew: async () => {} }
    const watch = await ChangeStreamWatch.start({ url: process.argv[1], databaseName: 'suda', collections: [], ...nothing })
    const closedAt = performance.now()
    process.once('exit', () => console.log(performance.now() - closedAt))
    await watch.close()`

  const options = ['--conditions=suda-source', '--input-type=module', '-e', script, wire.server.url]
  const { stdout } = await promisify(execFile)(process.execPath, options)

  expect(Number(stdout)).toBeLessThan(500)
})

const isWell = 'The change stream is open again'

/** Of the openings, undefined where one was anew. */
const tokens = ({ stream }: Wire) => stream.openings.map(({ resumeAfter }) => resumeAfter)

const refuseOpenings = (server: Wire['server']) => server.answer('aggregate', () => failure({ code: 11600 }))

const reopening = ({ watch }: Reading) =>
  expect.poll(() => watch.status.streams, { timeout: 5_000, interval: 5 }).toBeGreaterThan(1)
