import { MongoClient, type MongoClientOptions } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { cut, failure, ok, silence } from './answers.ts'
import { startWireServer } from './wire-server.ts'

test('the driver connects, asks and says goodbye', async () => {
  const server = await aServer()
  const client = aClient(server.url)

  expect(await client.db('suda').command({ ping: 1 })).toMatchObject({ ok: 1 })
  expect(await client.db('suda').collection('a').insertMany([{ n: 1 }, { n: 2 }])).toMatchObject({ insertedCount: 2 })
  await client.close()

  expect(server.commands.map(({ name }) => name)).toEqual(['hello', 'hello', 'ping', 'insert', 'endSessions'])
})

async function aServer() {
  const server = await startWireServer()
  onTestFinished(() => server.down())
  return server
}

function aClient(url: string, options: MongoClientOptions = {}) {
  const client = new MongoClient(url, options)
  onTestFinished(() => client.close())
  return client
}
