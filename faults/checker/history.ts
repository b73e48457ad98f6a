/** What clients saw, in the order in which they saw it: the only evidence that the checker accepts. */

/** A writer is about to send. `key` is the message's id. */
export interface Invoke {
  readonly type: 'invoke'
  readonly t: number
  readonly client: string
  readonly room: string
  readonly key: string
}

/** The server acknowledged: from here on the message must exist. */
export interface Acknowledged {
  readonly type: 'ok'
  readonly t: number
  readonly client: string
  readonly room: string
  readonly key: string
  readonly seq: number
  /** Of its change; absent where the answer was that to a retry. */
  readonly position?: number
  /** With a retry: its change stands here or before. */
  readonly notAfter?: number
}

/** The server refused for good (4xx): the message must never appear. */
export interface Refused {
  readonly type: 'fail'
  readonly t: number
  readonly client: string
  readonly room: string
  readonly key: string
}

/** A reader was shown a message by its stream. */
export interface Seen {
  readonly type: 'seen'
  readonly t: number
  readonly client: string
  readonly room: string
  readonly key: string
  readonly seq: number
  readonly position: number
}

/** A reader was told to load anew. */
export interface WasReset {
  readonly type: 'reset'
  readonly t: number
  readonly client: string
}

/** At the end: a message in the room's history over HTTP, in the order of the pages. */
export interface Stored {
  readonly type: 'stored'
  readonly t: number
  readonly client: string
  readonly room: string
  readonly key: string
  readonly seq: number
}

export type HistoryRecord = Invoke | Acknowledged | Refused | Seen | WasReset | Stored

export interface Run {
  /** Rooms with the seq that each had before the run. */
  readonly rooms: Readonly<Record<string, number>>
  /** Readers with the rooms that each reads. */
  readonly readers: Readonly<Record<string, readonly string[]>>
  /** The site's position before the run. */
  readonly position: number
  /** Ascending in `t`. */
  readonly records: readonly HistoryRecord[]
}

export type Fault = 'lost' | 'twice' | 'swapped' | 'gap' | 'disorder' | 'late' | 'ghost' | 'reset'

export interface Violation {
  readonly fault: Fault
  readonly what: string
}
