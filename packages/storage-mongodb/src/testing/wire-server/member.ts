/** The one member of a replica set: what it says of itself, and what it refuses while it is no primary. */

import { Long, ObjectId, type Document } from 'mongodb'
import { failure, ok, type Answer, type Command, type Failure } from './answers.ts'
import { newBell } from './bell.ts'
import { errorLabelsOf } from './error-labels.ts'

const processId = new ObjectId()
const setName = 'wire'

export interface Member extends Elections {
  readonly setName: string
  readonly hello: (command: Command) => Promise<Answer>
  /** What a command meets instead of its handler. */
  readonly refusal: (command: Command) => Answer | undefined
}

export interface Elections {
  /** A secondary from now on: commands fail with this code (10107), those too that wait for their answers. */
  readonly stepDown: (code?: number) => void
  readonly stepUp: () => void
  /** It loses an election and wins the next at once. @returns what errors that tell of it carry */
  readonly blink: () => Pick<Failure, 'topologyVersion'>
}

export function newMember(address: string, streamsHello: boolean): Member {
  const bell = newBell()
  let refusedWith: number | undefined
  let [term, counter] = [1, 0]
  const version = (of: number) =>
    streamsHello ? { topologyVersion: { processId, counter: Long.fromNumber(of) } } : undefined
  // An error tells of the beginning of a change, the next hello of its end. Were they the same to a driver that only
  // begins to listen, it would wait for news for a whole heartbeat.
  const errorVersion = () => version(counter - 1)
  const become = (code: number | undefined) => {
    if (code === undefined) term += 1
    refusedWith = code
    counter += 2
    bell.ring()
  }
  return {
    setName,
    async hello({ body, signal }) {
      const isKnown = body['topologyVersion'] !== undefined && Number(body['topologyVersion'].counter) === counter
      if (isKnown) await bell.rung({ withinMs: Number(body['maxAwaitTimeMS'] ?? 10_000), signal })
      return ok({ ...selfOf({ address, isPrimary: refusedWith === undefined, term }), ...version(counter) })
    },
    refusal(command) {
      if (refusedWith === undefined || answeredByAnybody.has(command.name)) return undefined
      const errorLabels = errorLabelsOf(command, refusedWith)
      return failure({ code: refusedWith, message: 'not primary', errorLabels, ...errorVersion() })
    },
    stepDown: (code = 10107) => become(code),
    stepUp: () => become(undefined),
    blink() {
      become(undefined)
      return { ...errorVersion() }
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
