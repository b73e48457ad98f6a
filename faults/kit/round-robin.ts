/**
 * A proxy in front of several processes, as plain as one can be: each connection goes to the next process, one that does
 * not listen is passed over, and nobody comes back to where they were.
 */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface RoundRobin {
  readonly port: number
  readonly url: string
  /** Which process an open connection went to, by the port that its client has. */
  nodeOf(clientPort: number): number | undefined
  close(): void
}

export async function startRoundRobin(targetPorts: readonly number[]): Promise<RoundRobin> {
  const nodes = new Map<number, number>()
  const sockets = new Set<Socket>()
  let turn = 0
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
    const clientPort = client.remotePort ?? 0
    keep(sockets, client)
    client.once('close', () => nodes.delete(clientPort))
    const first = turn++
    const order = targetPorts.map((_, i) => (first + i) % targetPorts.length)
    connectToFirst(order, targetPorts, (node, upstream): unknown => {
      if (node === undefined || upstream === undefined) return client.destroy()
      keep(sockets, upstream)
      if (client.destroyed) return upstream.destroy()
      nodes.set(clientPort, node)
      join(client, upstream)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    nodeOf: (clientPort) => nodes.get(clientPort),
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function keep(sockets: Set<Socket>, socket: Socket): void {
  sockets.add(socket)
  socket.on('error', () => undefined) // 'close' follows
  socket.once('close', () => sockets.delete(socket))
}

type Connected = (node?: number, upstream?: Socket) => unknown

function connectToFirst([node, ...others]: readonly number[], ports: readonly number[], done: Connected): void {
  if (node === undefined) return void done()
  const upstream = connect({ host: '127.0.0.1', port: ports[node] ?? 0, noDelay: true })
  const next = () => connectToFirst(others, ports, done)
  upstream.once('error', next)
  upstream.once('connect', () => {
    upstream.off('error', next)
    done(node, upstream)
  })
}

function join(client: Socket, upstream: Socket): void {
  client.pipe(upstream)
  upstream.pipe(client)
  client.once('close', () => upstream.destroy())
  upstream.once('close', () => client.destroySoon())
}
