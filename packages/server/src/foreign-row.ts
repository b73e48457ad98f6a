/** Rows of other programs become messages by the ordinary command of their author, so all rules hold for them as well. */

import type { Chat, PostMessage } from '@suda/core'
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

export type Outcome = { readonly posted: true } | { readonly error: string }

/** A row that fails by a fault of ours so often keeps the others waiting no longer. */
const MOST_FAULTS = 5

/**
 * @param what for people, such as “a row of the inbox”
 * @returns a function that rejects where the row is to be given again later
 */
export function posterOf<Row extends ForeignRow>(
  what: string,
  logger: Logger,
  post: (row: Row) => Promise<void>,
): (row: Row) => Promise<Outcome> {
  const faults = new Map<string, number>()
  return async (row) => {
    const { sourceId } = row
    try {
      await post(row)
      faults.delete(sourceId)
      return { posted: true }
    } catch (error) {
      if (isPassing(error)) throw error
      if (error instanceof ChatError && error.code !== 'internal') return refuse(error)
      const count = (faults.get(sourceId) ?? 0) + 1
      faults.set(sourceId, count)
      if (count < MOST_FAULTS) throw error
      faults.delete(sourceId)
      logger.error({ err: error, sourceId }, `A fault of the server with ${what}`)
      return { error: 'internal: The server cannot post this.' }
    }

    function refuse({ code, message }: ChatError): Outcome {
      logger.info({ sourceId, code }, `Refused ${what}`)
      return { error: `${code}: ${message}` }
    }
  }
}

export async function postForeign(
  chat: Chat,
  actor: Awaited<ReturnType<Chat['actorByName']>>,
  { room, text, ...source }: Pick<PostMessage, 'room' | 'text'> & Required<PostMessage>['source'],
): Promise<void> {
  if (actor === undefined) throw new ChatError('not_found', 'There is no such author.')
  const requestId = ports.newId()
  await chat.execute({ type: 'postMessage', messageId: ports.newId(), room, text, source }, actor, { requestId })
}

export function asText(column: string, value: unknown): string {
  if (typeof value === 'string') return value
  throw new ChatError('validation_failed', `There is no text in “${column}”.`)
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function userRef(author: string): { id: string } | { username: string } {
  return UUID.test(author) ? { id: author } : { username: author.toLowerCase() }
}

/** What may be over in a moment. Of two processes with the same row one may meet a conflict. */
function isPassing(error: unknown): boolean {
  return (
    error instanceof ChatError &&
    ['unavailable', 'storage_full', 'rate_limited', 'stale', 'conflict'].includes(error.code)
  )
}
