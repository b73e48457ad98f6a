import { MongoClient, type MongoClientOptions } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { cut, failure, later, ok, silence } from './answers.ts'
import { startWireServer } from './wire-server.ts'

test('the driver connects, writes and says goodbye', async () => {
  const { server, db, client } = await connected()

  expect(await db.command({ ping: 1 })).toMatchObject({ ok: 1 })
  expect(await db.collection('a').insertMany([{ n: 1 }, { n: 2 }])).toMatchObject({ insertedCount: 2 })
  await client.close()
  await server.arrived('endSessions', 1)

  const asked = server.commands.map(({ name }) => name).filter((name) => name !== 'hello')
  expect(asked).toEqual(['ping', 'insert', 'endSessions'])
})

test('a handler gives the document, an error with its labels, or leaves it to the one before', async () => {
  const { server, db } = await connected()
  server.answer('find', () => failure({ code: 13 }))
  server.answer('find', ({ db: name, body }) =>
    body['find'] === 'a' ? ok({ cursor: { id: 0n, ns: `${name}.a`, firstBatch: [{ n: 1 }] } }) : undefined,
  )
  server.answerNext('find', () => failure({ code: 112, errorLabels: ['TransientTransactionError'] }))

  await expect(db.collection('a').findOne()).rejects.toMatchObject({
    codeName: 'WriteConflict',
    errorLabels: ['TransientTransactionError'],
  })
  expect(await db.collection('a').findOne()).toEqual({ n: 1 })
  await expect(db.collection('b').findOne()).rejects.toMatchObject({ code: 13, codeName: 'Unauthorized' })
})

test('an answer comes late, or its connection ends in its place', async () => {
  const { server, db } = await connected({ retryReads: false })
  server.answerNext('ping', () => later(20, ok({ isLate: true })))
  server.answerNext('ping', () => cut)

  expect(await db.command({ ping: 1 })).toMatchObject({ isLate: true })
  await expect(db.command({ ping: 1 })).rejects.toThrow('connection 1 to 127.0.0.1')
})

test('silence leaves the connection open, and the driver gives up after its socket timeout', async () => {
  const { server, db } = await connected({ socketTimeoutMS: 100 })
  server.answerNext('ping', () => silence)

  await expect(db.command({ ping: 1 })).rejects.toThrow('timed out')
})

test('a command that waits for its answer is interrupted; one that was met with silence waits no more', async () => {
  const { server, db } = await connected()
  server.answerNext('ping', () => silence)
  server.answerNext('ping', () => new Promise(() => undefined))
  const ignored = db.command({ ping: 1 }).catch((error: unknown) => error)
  await server.arrived('ping', 1)
  const refused = db.command({ ping: 1 }).catch((error: unknown) => error)
  await server.arrived('ping', 2)

  expect(server.interrupt(({ name }) => name === 'ping', failure({ code: 50 }))).toBe(1)

  expect(await refused).toMatchObject({ codeName: 'MaxTimeMSExpired' })
  server.cutAll()
  expect(await ignored).toMatchObject({ name: 'MongoNetworkError' })
})

test.each([true, false])('the driver hears of an election (told at once: %s)', async (streamsHello) => {
  const { server, db, client } = await connected({ heartbeatFrequencyMS: 500 }, streamsHello)
  await db.command({ ping: 1 })
  const types: string[] = []
  client.on('serverDescriptionChanged', ({ newDescription }) => types.push(newDescription.type))
  const noPrimary = described(client, 'ReplicaSetNoPrimary')

  server.stepDown()
  await noPrimary
  const written = db.collection('a').insertOne({})
  const primary = described(client, 'ReplicaSetWithPrimary')
  server.stepUp()
  await primary

  expect(await written).toMatchObject({ acknowledged: true })
  expect(types).toEqual(['RSSecondary', 'RSPrimary'])
})

test('while it is a secondary, what waits and what comes fails with the code', async () => {
  const { server, db } = await connected({ retryReads: false, retryWrites: false, serverSelectionTimeoutMS: 200 })
  server.answer('find', () => new Promise(() => undefined))
  const found = db.collection('a').findOne()
  await server.arrived('find', 1)

  server.stepDown(11602)

  await expect(found).rejects.toMatchObject({ code: 11602 })
  await expect(db.collection('a').insertOne({})).rejects.toMatchObject({ name: 'MongoServerSelectionError' })
})

test('a write that meets an election is tried again with the next primary', async () => {
  const { server, db } = await connected()
  await db.command({ ping: 1 })
  server.answer('insert', () => new Promise(() => undefined))
  const written = db.collection('a').insertOne({})
  await server.arrived('insert', 1)
  server.answer('insert', () => ok({ n: 1 }))

  server.stepDown(189)
  server.stepUp()

  expect(await written).toMatchObject({ acknowledged: true })
  const [first, second] = await server.arrived('insert', 2)
  expect(second?.body['txnNumber']).toEqual(first?.body['txnNumber'])
})

test('a commit whose answer is lost is asked for once more', async () => {
  const { server, db, client } = await connected()
  server.answerNext('commitTransaction', () => cut)

  await client.withSession((session) =>
    session.withTransaction(() => db.collection('a').insertOne({}, { session }), { writeConcern: { w: 'majority' } }),
  )

  const commits = await server.arrived('commitTransaction', 2)
  const writeConcern = { w: 'majority', wtimeout: 10_000 } // the driver's own bound
  expect(commits).toMatchObject([{ body: { writeConcern } }, { body: { writeConcern } }])
})

test('an election in a transaction has it begin again', async () => {
  const { server, db, client } = await connected()
  server.answerNext('insert', () => new Promise(() => undefined))
  let runs = 0
  const committed = client.withSession((session) =>
    session.withTransaction(() => (runs++, db.collection('a').insertOne({}, { session }))),
  )
  await server.arrived('insert', 1)

  server.stepDown(11602)
  server.stepUp()
  await committed

  expect(runs).toBe(2)
})

test('a server that is down refuses, and is itself again when it is up', async () => {
  const { server, db } = await connected({ serverSelectionTimeoutMS: 100, heartbeatFrequencyMS: 500 })
  await db.command({ ping: 1 })

  await server.down()
  await expect(db.command({ ping: 1 })).rejects.toMatchObject({ name: 'MongoNetworkError' })
  await expect(db.command({ ping: 1 })).rejects.toThrow('ECONNREFUSED')
  expect(server.connections).toBe(0)

  await server.up()
  const again = new MongoClient(server.url)
  onTestFinished(() => again.close())
  expect(await again.db('suda').command({ ping: 1 })).toMatchObject({ ok: 1 })
})

test('a frozen server takes everything and answers nothing, until it thaws', async () => {
  const { server, db } = await connected()
  await db.command({ ping: 1 })
  let isAnswered = false

  server.freeze()
  const pinged = db.command({ ping: 1 }).finally(() => (isAnswered = true))
  await server.arrived('ping', 2)
  await new Promise(setImmediate)
  expect(isAnswered).toBe(false)

  server.thaw()
  expect(await pinged).toMatchObject({ ok: 1 })
})

async function connected(options: MongoClientOptions = {}, streamsHello = true) {
  const server = await startWireServer({ streamsHello })
  onTestFinished(() => server.down())
  const client = new MongoClient(server.url, { minHeartbeatFrequencyMS: 10, ...options })
  onTestFinished(() => client.close())
  return { server, client, db: client.db('suda') }
}

/** Once the driver's monitor knows of a set of this kind. */
function described(client: MongoClient, type: string): Promise<void> {
  return new Promise((resolve) => {
    client.on('topologyDescriptionChanged', ({ newDescription }) => {
      if (newDescription.type === type) resolve()
    })
  })
}
