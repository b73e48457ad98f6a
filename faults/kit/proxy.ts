/** A TCP proxy that breaks connections in the ways networks do. */

import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** What happens to a connection, decided when it is opened. Nothing given: it passes everything. */
export interface Trouble {
  /** Ends the connection after exactly this many bytes went to the client. */
  readonly cutAfterBytes?: number
  /** A reset (RST) in place of a plain end; what the client's kernel had not handed over is lost with it. */
  readonly isReset?: boolean
  /** From this many bytes on nothing passes any more, and nobody is told. */
  readonly blackHoleAfterBytes?: number
  /** Passes so many bytes at a time, each in a packet of its own. */
  readonly sliceBytes?: number
  /** Told of what passes to the client. */
  readonly onBytes?: (count: number) => void
}

export interface Proxy {
  readonly port: number
  readonly connections: number
  close(): void
}

/** @param troubleOf the number of the connection, from 0, decides */
export async function startProxy(targetPort: number, troubleOf: (connection: number) => Trouble): Promise<Proxy> {
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: '127.0.0.1', port: targetPort, noDelay: true })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => sockets.delete(socket))
    }
    join(client, upstream, troubleOf(connections++))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return connections
    },
    close() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

function join(client: Socket, upstream: Socket, trouble: Trouble): void {
  const { cutAfterBytes = Infinity, blackHoleAfterBytes = Infinity, sliceBytes } = trouble
  let passed = 0
  client.pipe(upstream)
  client.once('close', () => upstream.destroy())
  upstream.once('close', () => client.end())
  upstream.on('data', (bytes: Buffer) => {
    const part = bytes.subarray(0, Math.max(0, Math.min(cutAfterBytes, blackHoleAfterBytes) - passed))
    passed += part.length
    trouble.onBytes?.(part.length)
    if (sliceBytes === undefined) write(client, upstream, part)
    else for (let i = 0; i < part.length; i += sliceBytes) client.write(part.subarray(i, i + sliceBytes))
    if (passed >= cutAfterBytes) cut(client, upstream, trouble.isReset === true)
  })
  if (cutAfterBytes === 0) cut(client, upstream, trouble.isReset === true)
}

function write(client: Socket, upstream: Socket, part: Buffer): void {
  if (part.length === 0 || client.write(part)) return
  upstream.pause()
  client.once('drain', () => upstream.resume())
}

function cut(client: Socket, upstream: Socket, isReset: boolean): void {
  upstream.removeAllListeners('data')
  upstream.removeAllListeners('close') // its plain end for the client would come first
  upstream.resetAndDestroy()
  if (!isReset) client.destroySoon()
  // A reset throws away what the client has not read yet. A client in this process has read it after the next turn of
  // the loop, so the cut falls exactly where it was asked for.
  else setImmediate(() => setImmediate(() => client.resetAndDestroy()))
}
