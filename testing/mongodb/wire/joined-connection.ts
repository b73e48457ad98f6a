/** One connection through the proxy: each message as a whole, and what a command meets instead. */

import type { Socket } from 'node:net'
import type { Document } from 'mongodb'
import { encodeReply, messageSplitter, parseMessage, type Message } from './message.ts'
import type { Command, Traffic } from './traffic.ts'
import type { Trouble } from './trouble.ts'

export interface Joint {
  readonly client: Socket
  readonly upstream: Socket
  /** Of the connection, from 0. */
  readonly number: number
  readonly traffic: Traffic
  readonly troubleOf: (name: string) => Trouble | undefined
  /** `host:port` of the proxy. */
  readonly ownHost: string
}

interface Question {
  readonly command: Command
  readonly trouble: Trouble | undefined
}

export function joinConnection(joint: Joint): void {
  const { client, upstream, traffic } = joint
  const open = new Map<number, Question>()
  const [questionsOf, answersOf] = [messageSplitter(), messageSplitter()]
  client.on('data', (part: Buffer) => questionsOf(part).forEach((bytes) => ask(joint, open, bytes)))
  upstream.on('data', (part: Buffer) => answersOf(part).forEach((bytes) => answer(joint, open, bytes)))
  client.once('close', () => {
    upstream.destroy()
    for (const { command } of open.values()) traffic.abandoned(command)
  })
  upstream.once('close', () => client.destroy())
}

function ask(joint: Joint, open: Map<number, Question>, bytes: Buffer): void {
  const message = parseMessage(bytes, { isExact: true })
  const command = joint.traffic.asked(joint.number, message)
  const trouble = joint.troubleOf(command.name)
  if (trouble === 'cut') cut(joint)
  else if (trouble === 'lose the command') return
  else if (typeof trouble === 'object') joint.client.write(ownAnswer(message, trouble.answer))
  else {
    if (!message.isMoreToCome) open.set(message.requestId, { command, trouble })
    joint.upstream.write(bytes)
  }
}

function answer(joint: Joint, open: Map<number, Question>, bytes: Buffer): void {
  const message = parseMessage(bytes, { isExact: true })
  const question = open.get(message.responseTo)
  if (question === undefined) return
  // What comes after it answers this answer (mongod), or the question once more (SecantusDB).
  if (message.isMoreToCome) open.set(message.requestId, question)
  else open.delete(message.responseTo)
  joint.traffic.answered(question.command, message.body)
  if (question.trouble === 'lose the answer') cut(joint)
  if (question.trouble !== undefined) return
  joint.client.write(question.command.name === 'hello' ? withOwnHost(message, joint.ownHost) : bytes)
}

function cut({ client, upstream }: Joint): void {
  client.destroy()
  upstream.destroy()
}

const ownAnswer = ({ requestId, isQuery }: Message, body: Document) =>
  encodeReply({ requestId: 0, responseTo: requestId, isQuery, isMoreToCome: false, body })

/** Drivers go where the set says that its members are. */
function withOwnHost(message: Message, ownHost: string): Buffer {
  const { hosts, me, primary } = message.body
  const addresses = {
    ...(hosts !== undefined && { hosts: [ownHost] }),
    ...(me !== undefined && { me: ownHost }),
    ...(primary !== undefined && { primary: ownHost }),
  }
  return encodeReply({ ...message, body: { ...message.body, ...addresses } })
}
