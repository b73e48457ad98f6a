/** What a fake change stream can tell: events with tokens and times, some of them for nobody, the oldest forgotten. */

import { Timestamp, type Document } from 'mongodb'
import { failure, type Answer } from './answers.ts'
import { newBell, type Bell } from './bell.ts'

export type Token = Document

/** Where a reader is: the number of entries before it; or why it cannot be anywhere. */
export type Place = { readonly at: number } | { readonly refusal: Answer }

export interface StreamLog {
  /** Rings when something was written. */
  readonly bell: Bell
  readonly length: number
  /** Given nothing: something happened, but nothing that the readers asked for. */
  append(event?: Document): void
  /** As an oplog that has rolled over: no reader can begin before this moment. */
  forget(): void
  at(place: number): Document | undefined
  tokenAt(place: number): Token
  timeAt(place: number): Timestamp
  placeOf(stage: Document): Place
}

interface Entry {
  readonly token: Token
  readonly event: Document | undefined
}

const SECONDS = 1_700_000_000

export function newStreamLog(): StreamLog {
  const entries: Entry[] = []
  const bell = newBell()
  let forgotten = -1
  const timeAt = (place: number) => new Timestamp({ t: SECONDS, i: place + 1 })
  const tokenAt = (place: number) => entries[place - 1]?.token ?? { _data: 'token-0' }
  const placeOf = (stage: Document): number | undefined => {
    const token: unknown = stage['startAfter'] ?? stage['resumeAfter']
    if (token !== undefined) return placeAfter(token, entries.map((_, i) => tokenAt(i)).concat(tokenAt(entries.length)))
    const time: unknown = stage['startAtOperationTime']
    return time instanceof Timestamp ? time.getLowBits() - 1 : entries.length
  }
  return {
    bell,
    get length() {
      return entries.length
    },
    append(event) {
      const token = event?.['_id'] ?? { _data: `token-${entries.length + 1}` }
      entries.push({ token, event: event && { _id: token, clusterTime: timeAt(entries.length), ...event } })
      bell.ring()
    },
    forget: () => void (forgotten = entries.length),
    at: (place) => entries[place]?.event,
    tokenAt,
    timeAt,
    placeOf(stage) {
      const at = placeOf(stage)
      if (at === undefined) return { refusal: failure(unknownToken) }
      if (at < forgotten) return { refusal: failure(historyLost) }
      const isAfterEnd = entries[at - 1]?.event?.['operationType'] === 'invalidate'
      return isAfterEnd && stage['resumeAfter'] !== undefined ? { refusal: failure(afterInvalidate) } : { at }
    },
  }
}

function placeAfter(token: unknown, tokens: readonly Token[]): number | undefined {
  const text = JSON.stringify(token)
  const place = tokens.findIndex((one) => JSON.stringify(one) === text)
  return place === -1 ? undefined : place
}

const errorLabels = ['NonResumableChangeStreamError']

const unknownToken = {
  code: 280,
  message: 'cannot resume stream; the resume token was not found.',
  errorLabels,
}

const historyLost = {
  code: 286,
  message: 'Resume of change stream was not possible, as the resume point may no longer be in the oplog.',
  errorLabels,
}

const afterInvalidate = {
  code: 260,
  message: "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.",
}
