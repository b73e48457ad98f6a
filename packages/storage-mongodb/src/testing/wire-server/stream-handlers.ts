/** How a fake change stream answers its commands: what was ordered for the next one first, then what its log holds. */

import type { Document } from 'mongodb'
import { failure, ok, silence, type Answer, type Command, type Handler } from './answers.ts'
import type { Bell } from './bell.ts'
import { idOf, type StreamCursors } from './stream-cursors.ts'
import type { StreamLog, Token } from './stream-log.ts'

export interface Opening {
  readonly db: string
  /** Undefined for a stream on the whole database. */
  readonly collection: string | undefined
  readonly resumeAfter: Token | undefined
  readonly startAfter: Token | undefined
  readonly startAtOperationTime: unknown
  /** After `$changeStream`. */
  readonly pipeline: readonly Document[]
  readonly command: Document
}

export interface StreamState {
  readonly log: StreamLog
  readonly cursors: StreamCursors
  readonly openings: Opening[]
  /** Rings when there is one more. */
  readonly arrival: Bell
  readonly killed: number[]
  /** Answers in place of the true ones, one for each command to come. */
  readonly orders: { readonly openings: Answer[]; readonly gets: Answer[] }
  isSilent: boolean
}

/** Of `aggregate`: leaves those alone that are no change streams. */
export const handleOpening =
  (state: StreamState): Handler =>
  (command) => {
    const opening = openingOf(command)
    if (opening === undefined) return undefined
    state.openings.push(opening)
    state.arrival.ring()
    const order = state.orders.openings.shift()
    if (order !== undefined || state.isSilent) return order ?? silence
    const place = state.log.placeOf(command.body['pipeline'][0]['$changeStream'])
    return 'refusal' in place ? place.refusal : state.cursors.begin(command, place.at)
  }

/** A real server ends a cursor whose getMore fails. */
export const handleGetMore =
  (state: StreamState): Handler =>
  (command) => {
    const id = idOf(command.body)
    if (!state.cursors.open.has(id)) return undefined
    const order = state.orders.gets.shift()
    if (order !== undefined) state.cursors.end(id)
    if (order !== undefined || state.isSilent) return order ?? silence
    return state.cursors.more(command)
  }

/** @param interrupt ends the getMore that waits at a cursor */
export const handleKill =
  (state: StreamState, interrupt: (id: number, answer: Answer) => void): Handler =>
  ({ body }) => {
    const ids: number[] = body['cursors'].map(Number)
    const known = ids.filter((id) => state.cursors.end(id))
    state.killed.push(...ids)
    for (const id of known) interrupt(id, failure({ code: 237 }))
    const unknown = ids.filter((id) => !known.includes(id))
    return ok({ cursorsKilled: known, cursorsNotFound: unknown, cursorsAlive: [], cursorsUnknown: [] })
  }

function openingOf({ db, body }: Command): Opening | undefined {
  const [first, ...pipeline]: Document[] = body['pipeline'] ?? []
  const stage: Document | undefined = first?.['$changeStream']
  if (stage === undefined) return undefined
  return {
    db,
    collection: typeof body['aggregate'] === 'string' ? body['aggregate'] : undefined,
    resumeAfter: stage['resumeAfter'],
    startAfter: stage['startAfter'],
    startAtOperationTime: stage['startAtOperationTime'],
    pipeline,
    command: body,
  }
}
