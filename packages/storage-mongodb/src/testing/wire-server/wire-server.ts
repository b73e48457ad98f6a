/**
 * A MongoDB server that does what a test says. It speaks the wire protocol with the real driver, calls itself the
 * primary of a replica set of one, and answers each command by a handler.
 */

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Command } from './answers.ts'
import { newCommands, type Commands, type Script } from './commands.ts'
import { serveConnection } from './connection.ts'
import { newMember, type Elections, type Member } from './member.ts'

export interface WireServerOptions {
  /** Whether monitors hear of an election at once, as from a real server, or only when they ask. Given nothing: at once. */
  readonly streamsHello?: boolean
}

export interface WireServer extends Script, Elections {
  /** For `new MongoClient`. */
  readonly url: string
  /** All that came, those of monitors too. */
  readonly commands: readonly Command[]
  /** Open now, those of monitors too. */
  readonly connections: number
  readonly cutAll: () => void
  /** Ends all connections and refuses new ones, until `up`. */
  readonly down: () => Promise<void>
  readonly up: () => Promise<void>
}

/** It goes with the test if the test says `onTestFinished(() => server.down())`. */
export async function startWireServer({ streamsHello = true }: WireServerOptions = {}): Promise<WireServer> {
  const listener = newListener()
  const port = await listener.up(0)
  const member = newMember(`127.0.0.1:${port}`, streamsHello)
  const commands = newCommands(member)
  listener.serveBy(commands)
  return {
    ...commands.script,
    url: `mongodb://127.0.0.1:${port}/?replicaSet=${member.setName}`,
    commands: commands.all,
    get connections() {
      return listener.sockets.size
    },
    ...electionsOf(member, commands),
    cutAll: listener.cutAll,
    down: listener.down,
    up: async () => void (await listener.up(port)),
  }
}

function electionsOf({ stepDown, stepUp, blink }: Member, commands: Commands): Elections {
  return {
    stepDown(code) {
      stepDown(code)
      commands.refuseWaiting()
    },
    stepUp,
    blink,
  }
}

interface Listener {
  readonly sockets: ReadonlySet<Socket>
  readonly serveBy: (commands: Commands) => void
  readonly up: (port: number) => Promise<number>
  readonly down: () => Promise<void>
  readonly cutAll: () => void
}

function newListener(): Listener {
  const sockets = new Set<Socket>()
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    sockets,
    serveBy(commands) {
      let connections = 0
      server.on('connection', (socket) => serveConnection(socket, commands.askFrom(connections++)))
    },
    up: (port) => listen(server, port),
    down: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cutAll()
      }),
    cutAll,
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
