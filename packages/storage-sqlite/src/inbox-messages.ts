/** What the main thread and the inbox's thread tell each other. */

/** One row that somebody inserted. What stands in it may be anything. */
export interface InboxRow {
  readonly id: string
  readonly room: unknown
  readonly author: unknown
  readonly text: unknown
  readonly at: unknown
  /** Names this row among all that ever were in an inbox: posting it again under this id is a repetition. */
  readonly sourceId: string
}

export type InboxOutcome =
  | { readonly id: string; readonly posted: true }
  /** Kept in the row, which is never tried again. */
  | { readonly id: string; readonly error: string }

export type ToInbox =
  /** Of so many rows these; the others could not be tried now. */
  | { readonly type: 'outcomes'; readonly outcomes: readonly InboxOutcome[]; readonly rows: number }
  | { readonly type: 'close' }

export type FromInbox =
  /** The file was looked into for the first time. */
  | { readonly type: 'looked' }
  | { readonly type: 'rows'; readonly rows: readonly InboxRow[] }
  | { readonly type: 'notice'; readonly line: string }
