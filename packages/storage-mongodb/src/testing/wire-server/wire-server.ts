/**
 * A MongoDB server that does what a test says. It speaks the wire protocol with the real driver, calls itself the
 * primary of a replica set of one, and answers each command by a handler.
 */

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import type { Command } from './answers.ts'
import { newCommands, type Commands, type Script } from './commands.ts'
import { serveConnection } from './connection.ts'
import { newMember, type Member } from './member.ts'

export interface WireServerOptions {
  /** Whether monitors hear of an election at once, as from a real server, or only when they ask. Given nothing: at once. */
  readonly streamsHello?: boolean
}

export interface WireServer extends Script {
  /** For `new MongoClient`. */
  readonly url: string
  /** All that came, those of monitors too. */
  readonly commands: readonly Command[]
  /** Open now, those of monitors too. */
  readonly connections: number
  /** A secondary from now on: commands fail with this code, those too that wait for their answers. */
  readonly stepDown: (code?: number) => void
  readonly stepUp: () => void
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

function electionsOf(member: Member, commands: Commands): Pick<WireServer, 'stepDown' | 'stepUp'> {
  return {
    stepDown(code = 10107) {
      member.stepDown(code)
      commands.refuseWaiting()
    },
    stepUp: () => member.stepUp(),
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
