/** The one member of a replica set: what it says of itself, and what it refuses while it is no primary. */

import { Long, ObjectId, type Document } from 'mongodb'
import { failure, ok, type Answer, type Command } from './answers.ts'
import { newBell } from './bell.ts'

const processId = new ObjectId()
const setName = 'wire'

export interface Member {
  readonly setName: string
  readonly hello: (command: Command) => Promise<Answer>
  /** What a command meets instead of its handler. */
  readonly refusal: (name: string) => Answer | undefined
  readonly stepDown: (code: number) => void
  readonly stepUp: () => void
}

export function newMember(address: string, streamsHello: boolean): Member {
  const bell = newBell()
  let refusedWith: number | undefined
  let term = 1
  let counter = 0
  const topologyVersion = () => ({ processId, counter: Long.fromNumber(counter) })
  const change = (code: number | undefined) => {
    refusedWith = code
    counter += 1
    bell.ring()
  }
  return {
    setName,
    async hello({ body, signal }) {
      const isKnown = body['topologyVersion'] !== undefined && Number(body['topologyVersion'].counter) === counter
      if (isKnown) await bell.rung({ withinMs: Number(body['maxAwaitTimeMS'] ?? 10_000), signal })
      const version = streamsHello ? { topologyVersion: topologyVersion() } : {}
      return ok({ ...selfOf({ address, isPrimary: refusedWith === undefined, term }), ...version })
    },
    refusal(name) {
      if (refusedWith === undefined || answeredByAnybody.has(name)) return undefined
      const answer = failure({ code: refusedWith, message: 'not primary' })
      if (answer.kind !== 'document') return answer
      return { kind: 'document', body: { ...answer.body, topologyVersion: topologyVersion() } }
    },
    stepDown: (code) => change(code),
    stepUp() {
      term += 1
      change(undefined)
    },
  }
}

const answeredByAnybody: ReadonlySet<string> = new Set(['hello', 'ping', 'buildInfo', 'endSessions', 'killCursors'])

function selfOf({ address, isPrimary, term }: { address: string; isPrimary: boolean; term: number }): Document {
  return {
    helloOk: true,
    isWritablePrimary: isPrimary,
    ismaster: isPrimary,
    secondary: !isPrimary,
    setName,
    setVersion: 1,
    hosts: [address],
    me: address,
    ...(isPrimary && { primary: address, electionId: new ObjectId(term.toString(16).padStart(24, '0')) }),
    maxBsonObjectSize: 16 * 1024 * 1024,
    maxMessageSizeBytes: 48_000_000,
    maxWriteBatchSize: 100_000,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    minWireVersion: 0,
    maxWireVersion: 25,
    readOnly: false,
  }
}
