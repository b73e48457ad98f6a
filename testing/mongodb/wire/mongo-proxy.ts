/**
 * A proxy in front of a MongoDB server that understands what passes: it counts commands and open change streams, and can
 * make a single command fail. The server's own address, which drivers would go to, is replaced by the proxy's.
 */

import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { joinConnection } from './joined-connection.ts'
import type { Trouble } from './trouble.ts'
import { newTraffic, type Command, type OpenStream } from './traffic.ts'

export interface MongoProxy {
  /** The server's, by way of the proxy. */
  readonly url: string
  /** All that clients sent, their monitors too. */
  readonly commands: readonly Command[]
  /** Change streams that are open at the server. */
  readonly openStreams: readonly OpenStream[]
  /** Of commands with this name. */
  count(name: string): number
  /** The next command of this name meets it; further ones stand in line. */
  meetNext(name: string, trouble: Trouble): void
  /** Ends every connection. */
  cutAll(): void
  /** From now on nothing passes, and nobody is told, until `thaw`. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** @param serverUrl of one server */
export async function startMongoProxy(serverUrl: string): Promise<MongoProxy> {
  const { hostname, port, host } = new URL(serverUrl)
  const traffic = newTraffic()
  const troubles = new Map<string, Trouble[]>()
  const troubleOf = (name: string) => troubles.get(name)?.shift()
  const pipes = newPipes()
  let connections = 0
  const server = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ host: hostname, port: Number(port), noDelay: true })
    pipes.add(client)
    pipes.add(upstream)
    joinConnection({ client, upstream, number: connections++, traffic, troubleOf, ownHost })
  })
  const ownHost = `127.0.0.1:${await listen(server)}`
  return {
    url: serverUrl.replace(host, ownHost),
    commands: traffic.commands,
    get openStreams() {
      return traffic.openStreams
    },
    count: (name) => traffic.commands.filter((command) => command.name === name).length,
    meetNext: (name, trouble) => void troubles.set(name, [...(troubles.get(name) ?? []), trouble]),
    cutAll: pipes.cut,
    freeze: pipes.freeze,
    thaw: pipes.thaw,
    close: () => close(server, pipes.cut),
  }
}

function newPipes() {
  const sockets = new Set<Socket>()
  let isFrozen = false
  return {
    add(socket: Socket) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => sockets.delete(socket))
      if (isFrozen) socket.pause()
    },
    cut: () => sockets.forEach((socket) => socket.destroy()),
    freeze: () => {
      isFrozen = true
      for (const socket of sockets) socket.pause()
    },
    thaw: () => {
      isFrozen = false
      for (const socket of sockets) socket.resume()
    },
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

function close(server: Server, cut: () => void): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    cut()
  })
}
