/** Rows of other programs become messages by the ordinary command of their author, so all rules hold for them as well. */

import type { Actor, Chat, Post, PostMessage } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { Logger } from 'pino'
import { ports } from './ports.ts'

/** What a foreign program wrote: its columns may hold anything. */
export interface ForeignRow {
  readonly room?: unknown
  readonly author?: unknown
  readonly text?: unknown
  /** The same for the same row, however often it is given. */
  readonly sourceId: string
}

/** `again`: it is to be given again later, for this reason. */
export type Outcome = { readonly posted: true } | { readonly error: string } | { readonly again: Error }

/** Rows in their order; what becomes of each. None is posted before one in front of it that is to be given again. */
export type PostRows<Row extends ForeignRow = ForeignRow> = (rows: readonly Row[]) => Promise<readonly Outcome[]>

/** What a row says, with the names of ours in it. */
export interface Said {
  readonly author: Parameters<Chat['actorByName']>[0]
  readonly via: Actor['via']
  readonly room: string
  readonly text: string
  readonly source: NonNullable<PostMessage['source']>
}

export interface PosterOptions<Row> {
  /** For people, such as “a row of the inbox”. */
  readonly what: string
  readonly chat: Chat
  readonly logger: Logger
  /** @throws ChatError for a row that says too little */
  readonly read: (row: Row) => Said
}

export function posterOf<Row extends ForeignRow>({ chat, logger, read, what }: PosterOptions<Row>): PostRows<Row> {
  const faults = new Faults()
  return async (rows) => {
    const settled = await chat.postInOrder(rows.map((row) => async () => postOf(read(row), chat)))
    let again: Error | undefined
    return rows.map(({ sourceId }, index): Outcome => {
      const one = settled[index]
      if (one?.status === 'fulfilled') return { posted: true }
      const error: unknown = one?.reason
      if (isRefusal(error)) {
        logger.info({ sourceId, code: error.code }, `Refused ${what}`)
        return { error: `${error.code}: ${error.message}` }
      }
      // What fails behind the first one fails because of it.
      if (again !== undefined) return { again }
      again = error instanceof Error ? error : new Error(String(error))
      if (isPassing(error) || faults.count(sourceId) < MOST_FAULTS) return { again }
      logger.error({ err: error, sourceId }, `A fault of the server with ${what}`)
      return { error: 'internal: The server cannot post this.' }
    })
  }
}

/** A row that fails by a fault of ours so often keeps the others waiting no longer. */
const MOST_FAULTS = 5

/** The row in front is the only one that can fail several times in a row. */
class Faults {
  #sourceId = ''
  #count = 0

  count(sourceId: string): number {
    this.#count = sourceId === this.#sourceId ? this.#count + 1 : 1
    this.#sourceId = sourceId
    return this.#count
  }
}

async function postOf({ author, room, source, text, via }: Said, chat: Chat): Promise<Post> {
  const actor = await chat.actorByName(author, via)
  if (actor === undefined) throw new ChatError('not_found', 'There is no such author.')
  const command = { type: 'postMessage', messageId: ports.newId(), room, text, source } as const
  return { command, actor, request: { requestId: ports.newId() } }
}

export function asText(column: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new ChatError('validation_failed', `There is no text in “${column}”.`)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function userRef(author: string): { id: string } | { username: string } {
  return UUID.test(author) ? { id: author } : { username: author.toLowerCase() }
}

/** Of two processes with the same row one may meet a conflict. */
const PASSING = ['unavailable', 'storage_full', 'rate_limited', 'stale', 'conflict']

function isPassing(error: unknown): boolean {
  return error instanceof ChatError && PASSING.includes(error.code)
}

function isRefusal(error: unknown): error is ChatError {
  return error instanceof ChatError && error.code !== 'internal' && !isPassing(error)
}
