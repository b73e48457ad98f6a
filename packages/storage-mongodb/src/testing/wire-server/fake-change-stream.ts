/** The change streams of a wire server: a test writes the events, and says what goes wrong with them. */

import type { Document } from 'mongodb'
import { cut, failure, silence, type Answer, type Command, type Failure } from './answers.ts'
import { newBell } from './bell.ts'
import { streamErrorLabels, tellsOfElection } from './error-labels.ts'
import { idOf, newStreamCursors, type StreamCursor } from './stream-cursors.ts'
import { handleGetMore, handleKill, handleOpening, type Opening, type StreamState } from './stream-handlers.ts'
import { newStreamLog } from './stream-log.ts'
import type { WireServer } from './wire-server.ts'

interface Events {
  /** Events as a real server tells them. Without `_id` (the token) and `clusterTime` they get some. */
  push(...events: readonly Document[]): void
  /** Something happened that no reader asked for: only the tokens go on. */
  pass(): void
  /** The last event of every cursor. */
  invalidate(): void
  /** Nobody can begin or resume before this moment any more (286). */
  forget(): void
}

interface Faults {
  /**
   * The getMore that waits now, or else the next one, fails, and its cursor is gone. Where the code tells of an election,
   * the server wins the next one at once; for a longer one there is `server.stepDown`.
   */
  fail(code: number, more?: Partial<Failure>): void
  /** The next opening, which may be a resumption, fails; called twice, the next two. */
  failOpening(code: number, more?: Partial<Failure>): void
  /** The connection of the getMore that waits now, or else of the next one, ends. */
  cut(): void
  /** No getMore is answered, nor an opening, until `speak`. Those that came meanwhile never are. */
  beSilent(): void
  speak(): void
  /** Every cursor is unknown at its next getMore (43), as after a restart. */
  loseCursors(): void
}

export interface FakeChangeStream extends Events, Faults {
  /** All that were tried, in their order. */
  readonly openings: readonly Opening[]
  /** Those open now. */
  readonly cursors: readonly StreamCursor[]
  /** Ids of the cursors that clients have ended. */
  readonly killed: readonly number[]
  /** The nth opening, from 1, once somebody tries it. */
  readonly opened: (nth: number) => Promise<Opening>
}

/** From now on this server has change streams. */
export function fakeChangeStream(server: WireServer): FakeChangeStream {
  const log = newStreamLog()
  const orders = { openings: [], gets: [] }
  const arrival = newBell()
  const state: StreamState = {
    arrival,
    log,
    cursors: newStreamCursors(log),
    openings: [],
    killed: [],
    orders,
    isSilent: false,
  }
  server.answer('aggregate', handleOpening(state))
  server.answer('getMore', handleGetMore(state))
  server.answer(
    'killCursors',
    handleKill(state, (id, answer) => server.interrupt((command) => isGetMoreOf(command, [id]), answer)),
  )
  return {
    openings: state.openings,
    killed: state.killed,
    get cursors() {
      return [...state.cursors.open.values()]
    },
    opened: (nth) => nthOpening(state, nth),
    ...eventsOf(state),
    ...faultsOf(state, server),
  }
}

async function nthOpening({ openings, arrival }: StreamState, nth: number): Promise<Opening> {
  for (;;) {
    const opening = openings[nth - 1]
    if (opening !== undefined) return opening
    await arrival.rung()
  }
}

function eventsOf({ log }: StreamState): Events {
  return {
    push: (...events) => events.forEach((event) => log.append(event)),
    pass: () => log.append(),
    invalidate: () => log.append({ operationType: 'invalidate' }),
    forget: () => log.forget(),
  }
}

function faultsOf(state: StreamState, server: WireServer): Faults {
  const interrupt = (answer: Answer) =>
    server.interrupt((command) => isGetMoreOf(command, [...state.cursors.open.keys()]), answer)
  const meet = (answer: Answer) => {
    if (interrupt(answer) === 0) state.orders.gets.push(answer)
  }
  return {
    fail: (code, more) => meet(streamFailure(server, code, more)),
    failOpening: (code, more) => void state.orders.openings.push(streamFailure(server, code, more)),
    cut: () => meet(cut),
    beSilent() {
      state.isSilent = true
      interrupt(silence)
    },
    speak: () => void (state.isSilent = false),
    loseCursors() {
      for (const id of state.cursors.open.keys()) state.cursors.end(id)
    },
  }
}

const isGetMoreOf = ({ name, body }: Command, ids: readonly number[]) => name === 'getMore' && ids.includes(idOf(body))

function streamFailure(server: WireServer, code: number, more: Partial<Failure> = {}): Answer {
  const election = tellsOfElection(code) ? server.blink() : {}
  return failure({ code, errorLabels: streamErrorLabels(code), ...election, ...more })
}
