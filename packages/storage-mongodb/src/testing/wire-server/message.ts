/** MongoDB's wire protocol as far as the driver speaks it: OP_MSG, and the OP_QUERY with which a connection begins. */

import { BSON, type Document } from 'mongodb'

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013

const MORE_TO_COME = 1 << 1
const EXHAUST_ALLOWED = 1 << 16

export interface Message {
  readonly requestId: number
  readonly isQuery: boolean
  /** The sender waits for no answer. */
  readonly isOneWay: boolean
  /** One question may have many answers, which is how monitors hear of elections. */
  readonly allowsExhaust: boolean
  readonly body: Document
}

export interface Reply {
  readonly requestId: number
  readonly responseTo: number
  readonly isQuery: boolean
  readonly isMoreToCome: boolean
  readonly body: Document
}

/** @param bytes one whole message */
export function parseMessage(bytes: Buffer): Message {
  const requestId = bytes.readInt32LE(4)
  const opCode = bytes.readInt32LE(12)
  const flags = bytes.readInt32LE(16)
  if (opCode === OP_QUERY) {
    return { requestId, isQuery: true, isOneWay: false, allowsExhaust: false, body: parseQuery(bytes) }
  }
  if (opCode !== OP_MSG) throw new Error(`an opcode that this server does not know: ${opCode}`)
  return {
    requestId,
    isQuery: false,
    isOneWay: (flags & MORE_TO_COME) !== 0,
    allowsExhaust: (flags & EXHAUST_ALLOWED) !== 0,
    body: parseSections(bytes),
  }
}

export function encodeReply(reply: Reply): Buffer {
  const document = BSON.serialize(reply.body)
  return reply.isQuery ? encodeQueryReply(reply, document) : encodeOpMsg(reply, document)
}

/** `admin.$cmd`, two numbers, the command. */
function parseQuery(bytes: Buffer): Document {
  const end = bytes.indexOf(0, 20)
  const [db] = bytes.toString('utf8', 20, end).split('.')
  return { ...documentAt(bytes, end + 9), $db: db }
}

function parseSections(bytes: Buffer): Document {
  let body: Document = {}
  let at = 20
  while (at < bytes.length) {
    const size = bytes.readInt32LE(at + 1)
    if (bytes[at] === 0) body = { ...documentAt(bytes, at + 1), ...body }
    else body = { ...body, ...parseSequence(bytes, at + 5, at + 1 + size) }
    at += 1 + size
  }
  return body
}

/** A list that stands beside its command, such as the documents of an insert. */
function parseSequence(bytes: Buffer, from: number, end: number): Document {
  const nameEnd = bytes.indexOf(0, from)
  const documents: Document[] = []
  for (let at = nameEnd + 1; at < end; at += bytes.readInt32LE(at)) documents.push(documentAt(bytes, at))
  return { [bytes.toString('utf8', from, nameEnd)]: documents }
}

const documentAt = (bytes: Buffer, at: number) => BSON.deserialize(bytes.subarray(at, at + bytes.readInt32LE(at)))

function encodeOpMsg({ requestId, responseTo, isMoreToCome }: Reply, document: Uint8Array): Buffer {
  const head = Buffer.alloc(21)
  writeHeader(head, { length: head.length + document.length, requestId, responseTo, opCode: OP_MSG })
  head.writeInt32LE(isMoreToCome ? MORE_TO_COME : 0, 16)
  return Buffer.concat([head, document])
}

function encodeQueryReply({ requestId, responseTo }: Reply, document: Uint8Array): Buffer {
  const head = Buffer.alloc(36)
  writeHeader(head, { length: head.length + document.length, requestId, responseTo, opCode: OP_REPLY })
  head.writeInt32LE(1, 32)
  return Buffer.concat([head, document])
}

interface Header {
  readonly length: number
  readonly requestId: number
  readonly responseTo: number
  readonly opCode: number
}

function writeHeader(bytes: Buffer, { length, requestId, responseTo, opCode }: Header): void {
  bytes.writeInt32LE(length, 0)
  bytes.writeInt32LE(requestId, 4)
  bytes.writeInt32LE(responseTo, 8)
  bytes.writeInt32LE(opCode, 12)
}
