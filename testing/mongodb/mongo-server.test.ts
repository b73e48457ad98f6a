import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { ownMongo } from './own-mongo.ts'

test('a killed server comes back on its port with everything that was acknowledged', async (context) => {
  const server = await ownMongo(context, { isDurable: true })
  const { url, pid } = server
  await notes(url).insertMany([{ text: 'one' }, { text: 'two' }])

  await server.kill()
  expect(server.isRunning).toBe(false)
  await server.start()

  expect(server.url).toBe(url)
  expect(server.pid).not.toBe(pid)
  expect(await notes(url).countDocuments()).toBe(2)
})

test('what is not durable goes with the process', async (context) => {
  const server = await ownMongo(context)
  await notes(server.url).insertOne({ text: 'one' })

  await server.stop()
  await server.start()

  expect(await notes(server.url).countDocuments()).toBe(0)
})

test('a paused server leaves its callers waiting and answers them when it goes on', async (context) => {
  const server = await ownMongo(context)
  const patient = notes(server.url)
  const impatient = notes(server.url, { socketTimeoutMS: 200, retryReads: false })
  await Promise.all([patient.countDocuments(), impatient.countDocuments()])

  await server.pause()
  await expect(impatient.countDocuments()).rejects.toThrow('timed out')
  const answer = patient.countDocuments()
  server.resume()

  expect(await answer).toBe(0)
})

test('a paused server can be killed', async (context) => {
  const server = await ownMongo(context)

  await server.pause()
  await server.kill()

  expect(server.isRunning).toBe(false)
})

/** Of a client that goes with the test. */
function notes(url: string, options = {}) {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5000, ...options })
  onTestFinished(() => client.close())
  return client.db('notes').collection('notes')
}
