/** What passed between clients and a server: commands by name, and which change streams are open at the server. */

import type { Document } from 'mongodb'
import type { Message } from './message.ts'

export interface Command {
  /** `hello` in every spelling. */
  readonly name: string
  /** Numbers as BSON has them: `Int32`, `Long`, `Double`. */
  readonly body: Document
  /** The number of its connection, from 0. */
  readonly connection: number
}

export interface OpenStream {
  readonly cursorId: string
  /** `$changeStream` and what stands beside it, then the rest. */
  readonly pipeline: readonly Document[]
}

export interface Traffic {
  readonly commands: readonly Command[]
  readonly openStreams: readonly OpenStream[]
  /** @returns the command, which its answers name */
  asked(connection: number, message: Message): Command
  answered(command: Command, answer: Document): void
  /** The connection ended before the answer: a server ends a cursor that nobody waits at any more. */
  abandoned(command: Command): void
}

export function newTraffic(): Traffic {
  const commands: Command[] = []
  const streams = new Map<string, OpenStream>()
  return {
    commands,
    get openStreams() {
      return [...streams.values()]
    },
    asked(connection, { body }) {
      const [name = ''] = Object.keys(body)
      const command = { name: name.toLowerCase() === 'ismaster' ? 'hello' : name, body, connection }
      commands.push(command)
      if (name === 'killCursors') for (const id of body['cursors'] ?? []) streams.delete(String(id))
      return command
    },
    answered({ name, body }, answer) {
      const cursorId = String(answer['cursor']?.id ?? 0)
      if (name === 'aggregate' && cursorId !== '0' && body['pipeline']?.[0]?.$changeStream !== undefined)
        streams.set(cursorId, { cursorId, pipeline: body['pipeline'] })
      // An error ends the cursor, and so does an answer without one.
      if (name === 'getMore' && cursorId === '0') streams.delete(String(body['getMore']))
    },
    abandoned({ name, body }) {
      if (name === 'getMore') streams.delete(String(body['getMore']))
    },
  }
}
