import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { startRoundRobin } from './round-robin.ts'

test('connections go to one process after the other', async () => {
  const proxy = await aProxy(await named('a'), await named('b'), await named('c'))

  expect([await ask(proxy.port), await ask(proxy.port), await ask(proxy.port), await ask(proxy.port)]).toEqual([
    'a',
    'b',
    'c',
    'a',
  ])
})

test('one that does not listen is passed over; where none does the connection ends', async () => {
  const [dead, alive] = [await named('dead'), await named('alive')]
  const proxy = await aProxy(dead, alive)
  dead.close()

  expect([await ask(proxy.port), await ask(proxy.port)]).toEqual(['alive', 'alive'])

  alive.close()
  expect(await ask(proxy.port)).toBe('')
})

test('who asks knows where an open connection went, and the end of either side is the end of both', async () => {
  const held = await aServer((server) => server.on('connection', (socket) => socket.write('hello')))
  const proxy = await aProxy(held, await named('b'))
  const socket = connect({ host: '127.0.0.1', port: proxy.port })
  await once(socket, 'data')
  const port = socket.localPort ?? 0
  expect(proxy.nodeOf(port)).toBe(0)

  socket.destroy()

  await expect.poll(() => held.getConnectionsNow(), { timeout: 5000 }).toBe(0)
  expect(proxy.nodeOf(port)).toBeUndefined()
})

async function aProxy(...servers: readonly Server[]) {
  const proxy = await startRoundRobin(servers.map((server) => (server.address() as AddressInfo).port))
  onTestFinished(() => proxy.close())
  return proxy
}

const named = (name: string) => aServer((server) => server.on('connection', (socket) => socket.end(name)))

async function aServer(prepare: (server: Server) => void) {
  let open = 0
  const server = createServer((socket) => {
    open += 1
    socket.on('error', () => undefined)
    socket.once('close', () => (open -= 1))
  })
  prepare(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return Object.assign(server, { getConnectionsNow: () => open })
}

/** Everything that comes until the end. */
async function ask(port: number): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port })
  let text = ''
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()))
  socket.on('error', () => undefined)
  await once(socket, 'close')
  return text
}
