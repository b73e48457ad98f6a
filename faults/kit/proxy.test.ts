import { connect, createServer, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startProxy, type Trouble } from './proxy.ts'
import { until } from './until.ts'

const sent = Buffer.from('0123456789'.repeat(10))
const server = createServer((socket) => {
  socket.on('error', () => undefined)
  socket.write(sent)
})

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => void server.close())

test.each([false, true])('a connection is cut after exactly so many bytes (reset: %s)', async (isReset) => {
  for (let cutAfterBytes = 0; cutAfterBytes <= sent.length; cutAfterBytes += 1) {
    const client = await connectThrough({ cutAfterBytes, isReset })

    await client.closed

    expect(client.received()).toEqual(sent.subarray(0, cutAfterBytes))
    expect(client.errorCode()).toBe(isReset ? 'ECONNRESET' : undefined)
  }
})

test('a black hole lets nothing more through and tells nobody', async () => {
  const client = await connectThrough({ blackHoleAfterBytes: 30 })

  await until('what passes', () => client.received().length === 30)

  await expect(
    until('more', () => client.received().length > 30 || client.isClosed(), { withinMs: 200 }),
  ).rejects.toThrow('in vain')
})

test('slices come one after the other and whole', async () => {
  const client = await connectThrough({ sliceBytes: 1 })

  await until('everything', () => client.received().length === sent.length)

  expect(client.received()).toEqual(sent)
})

async function connectThrough(trouble: Trouble) {
  const proxy = await startProxy((server.address() as AddressInfo).port, () => trouble)
  onTestFinished(() => proxy.close())
  const parts: Buffer[] = []
  let errorCode: string | undefined
  let isClosed = false
  const socket = connect({ host: '127.0.0.1', port: proxy.port })
  socket.on('data', (bytes: Buffer) => parts.push(bytes))
  socket.on('end', () => socket.destroy())
  socket.on('error', (error: NodeJS.ErrnoException) => (errorCode = error.code))
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      resolve()
    })
  })
  return { closed, received: () => Buffer.concat(parts), errorCode: () => errorCode, isClosed: () => isClosed }
}
