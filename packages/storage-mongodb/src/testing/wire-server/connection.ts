/** One connection: messages out of bytes, one command after the other, as a real server takes them. */

import type { Socket } from 'node:net'
import type { Document } from 'mongodb'
import type { Answer } from './answers.ts'
import {
  encodeReply,
  messageSplitter,
  parseMessage,
  type Message,
} from '../../../../../testing/mongodb/wire/message.ts'

/** @param signal says that the connection has ended */
export type Ask = (body: Document, signal: AbortSignal) => Promise<Answer>

export function serveConnection(socket: Socket, ask: Ask): void {
  const ended = new AbortController()
  let work = Promise.resolve()
  const messagesOf = messageSplitter()
  socket.on('error', () => undefined)
  socket.once('close', () => ended.abort())
  socket.on('data', (part: Buffer) => {
    for (const bytes of messagesOf(part))
      work = work.then(() => answerAll({ socket, ask, signal: ended.signal }, parseMessage(bytes)))
  })
}

interface Side {
  readonly socket: Socket
  readonly ask: Ask
  readonly signal: AbortSignal
}

/** Once, or again and again for a monitor that listens. */
async function answerAll({ socket, ask, signal }: Side, message: Message): Promise<void> {
  let { body } = message
  let responseTo = message.requestId
  let goesOn = true
  while (goesOn && !socket.destroyed) {
    const answer = await ask(body, signal)
    const version: unknown = answer.kind === 'document' ? answer.body['topologyVersion'] : undefined
    goesOn = message.allowsExhaust && version !== undefined && body['topologyVersion'] !== undefined
    responseTo = send(socket, message, { answer, responseTo, isMoreToCome: goesOn })
    body = { ...body, topologyVersion: version }
  }
}

interface Sending {
  readonly answer: Answer
  readonly responseTo: number
  readonly isMoreToCome: boolean
}

let lastRequestId = 0

function send(
  socket: Socket,
  { isQuery, isMoreToCome: isOneWay }: Message,
  { answer, responseTo, isMoreToCome }: Sending,
): number {
  if (answer.kind === 'cut') socket.destroy()
  if (answer.kind !== 'document' || isOneWay || socket.destroyed) return responseTo
  lastRequestId += 1
  socket.write(encodeReply({ requestId: lastRequestId, responseTo, isQuery, isMoreToCome, body: answer.body }))
  return lastRequestId
}
