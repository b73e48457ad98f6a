/** Rows that other programs wrote, between their documents and the command that posts them. */

/** Checked for nothing but its size: what is no text is left out. */
export interface ForeignRow {
  /** `inbox`, or the name of a source. */
  readonly source: string
  /** Names this row among all of its source for ever: posting it again under this id is a repetition. */
  readonly sourceId: string
  readonly room?: string
  readonly author?: string
  readonly text?: string
  /** When it was written, ISO 8601, where that was long before. */
  readonly writtenAt?: string
  readonly isSilent?: true
}

export type Outcome = { readonly posted: true } | { readonly error: string }

/**
 * Posts rows by the ordinary command, their ids in the drafts; answers what became of each, `again` if it is to come
 * again for this reason. None is posted before one in front of it that is to come again.
 */
export type PostRows = (rows: readonly ForeignRow[]) => Promise<readonly (Outcome | { readonly again: Error })[]>

/** A row with the document that it stands for. */
export interface Item {
  /** The document's `_id`, of any type. */
  readonly id: unknown
  readonly row: ForeignRow
  /** Roughly what it takes of memory. */
  readonly bytes: number
  /** What is wrong with it already, so that it need not be tried. */
  readonly error?: string
}

/** What is too large is not carried along. */
export function itemOf(id: unknown, row: ForeignRow): Item {
  const { source, sourceId, room = '', author = '', text = '' } = row
  const names = Math.max(Buffer.byteLength(room), Buffer.byteLength(author))
  const texts = Buffer.byteLength(text)
  return names > MOST_NAME || texts > MOST_TEXT
    ? { id, row: { source, sourceId }, bytes: ROW, error: 'payload_too_large' }
    : { id, row, bytes: ROW + 2 * names + texts }
}

const MOST_NAME = 1_024
const MOST_TEXT = 65_536
/** What one takes beside its texts. */
const ROW = 300

/** What was looked up, oldest first. */
export interface Found {
  readonly items: readonly Item[]
  /** There are more. */
  readonly isCut: boolean
}

export interface Settled {
  readonly item: Item
  readonly outcome: Outcome
}
