/** MongoDB's wire protocol as far as the driver speaks it: OP_MSG, and the OP_QUERY with which a connection begins. */

import { BSON, type Document } from 'mongodb'

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

const MORE_TO_COME = 1 << 1
const EXHAUST_ALLOWED = 1 << 16

export interface Message {
  readonly requestId: number
  /** The message that this one answers. */
  readonly responseTo: number
  /** The old kind of question or answer. */
  readonly isQuery: boolean
  /** Of a question: its sender waits for no answer. Of an answer: another one comes without a question. */
  readonly isMoreToCome: boolean
  /** One question may have many answers, which is how monitors hear of elections. */
  readonly allowsExhaust: boolean
  readonly body: Document
}

export type Reply = Omit<Message, 'allowsExhaust'>

/**
 * @param bytes one whole message
 * @param isExact numbers keep the types that they have in BSON
 */
export function parseMessage(bytes: Buffer, { isExact = false } = {}): Message {
  const opCode = bytes.readInt32LE(12)
  const flags = opCode === OP_MSG ? bytes.readInt32LE(16) : 0
  return {
    requestId: bytes.readInt32LE(4),
    responseTo: bytes.readInt32LE(8),
    isQuery: opCode !== OP_MSG,
    isMoreToCome: (flags & MORE_TO_COME) !== 0,
    allowsExhaust: (flags & EXHAUST_ALLOWED) !== 0,
    body: bodyOf(opCode, bytes, { promoteValues: !isExact }),
  }
}

export function encodeReply(reply: Reply): Buffer {
  const document = BSON.serialize(reply.body)
  const head = Buffer.alloc(reply.isQuery ? 36 : 21)
  head.writeInt32LE(head.length + document.length, 0)
  head.writeInt32LE(reply.requestId, 4)
  head.writeInt32LE(reply.responseTo, 8)
  head.writeInt32LE(reply.isQuery ? OP_REPLY : OP_MSG, 12)
  if (reply.isQuery) head.writeInt32LE(1, 32)
  else head.writeInt32LE(reply.isMoreToCome ? MORE_TO_COME : 0, 16)
  return Buffer.concat([head, document])
}

/** The whole messages in bytes that come in parts of any size. */
export function messageSplitter(): (part: Buffer) => Buffer[] {
  let rest = Buffer.alloc(0)
  return (part) => {
    const messages: Buffer[] = []
    rest = Buffer.concat([rest, part])
    while (rest.length >= 4 && rest.length >= rest.readInt32LE(0)) {
      messages.push(rest.subarray(0, rest.readInt32LE(0)))
      rest = rest.subarray(rest.readInt32LE(0))
    }
    return messages
  }
}

type Options = Parameters<typeof BSON.deserialize>[1]

function bodyOf(opCode: number, bytes: Buffer, options: Options): Document {
  switch (opCode) {
    case OP_MSG:
      return parseSections(bytes, options)
    case OP_QUERY:
      return parseQuery(bytes, options)
    case OP_REPLY:
      return documentAt(bytes, 36, options)
    default:
      throw new Error(`an opcode that nobody knows here: ${opCode}`)
  }
}

/** `admin.$cmd`, two numbers, the command. */
function parseQuery(bytes: Buffer, options: Options): Document {
  const end = bytes.indexOf(0, 20)
  const [db] = bytes.toString('utf8', 20, end).split('.')
  return { ...documentAt(bytes, end + 9, options), $db: db }
}

function parseSections(bytes: Buffer, options: Options): Document {
  let body: Document = {}
  let at = 20
  while (at < bytes.length) {
    const size = bytes.readInt32LE(at + 1)
    if (bytes[at] === 0) body = { ...documentAt(bytes, at + 1, options), ...body }
    else body = { ...body, ...parseSequence(bytes, { from: at + 5, end: at + 1 + size }, options) }
    at += 1 + size
  }
  return body
}

/** A list that stands beside its command, such as the documents of an insert. */
function parseSequence(bytes: Buffer, { from, end }: { from: number; end: number }, options: Options): Document {
  const nameEnd = bytes.indexOf(0, from)
  const documents: Document[] = []
  for (let at = nameEnd + 1; at < end; at += bytes.readInt32LE(at)) documents.push(documentAt(bytes, at, options))
  return { [bytes.toString('utf8', from, nameEnd)]: documents }
}

function documentAt(bytes: Buffer, at: number, options: Options): Document {
  // What JavaScript has no regular expression for passes as well.
  return BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)), { bsonRegExp: true, ...options })
}
