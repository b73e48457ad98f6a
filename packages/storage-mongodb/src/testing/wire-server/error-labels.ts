/** The labels that a real server gives to the errors of a command: drivers decide by them what they try again. */

import type { Command } from './answers.ts'

export function errorLabelsOf({ name, body }: Command, code: number): string[] {
  if (isOfChangeStream(name, body)) return streamErrorLabels(code)
  if (!retryable.has(code)) return []
  if (name === 'commitTransaction' || name === 'abortTransaction') return ['RetryableWriteError']
  if (body['autocommit'] === false) return ['TransientTransactionError']
  return body['txnNumber'] === undefined ? [] : ['RetryableWriteError']
}

/** Whether the error says that the member is no primary any more; monitors look at it again. */
export const tellsOfElection = (code: number) => elections.has(code)

/** A getMore may be that of another cursor, where the label means nothing. */
function isOfChangeStream(name: string, body: Command['body']): boolean {
  return name === 'getMore' || (name === 'aggregate' && body['pipeline']?.[0]?.$changeStream !== undefined)
}

/** Of getMore and of openings. A lost cursor (43) has no label, but drivers resume. */
export function streamErrorLabels(code: number): string[] {
  if (code === 280 || code === 286) return ['NonResumableChangeStreamError']
  return retryable.has(code) || resumable.has(code) ? ['ResumableChangeStreamError'] : []
}

const elections: ReadonlySet<number> = new Set([91, 189, 10107, 11600, 11602, 13435, 13436])

const retryable: ReadonlySet<number> = new Set([...elections, 6, 7, 89, 262, 9001])

/** Beyond those that are retryable anyway. */
const resumable: ReadonlySet<number> = new Set([63, 133, 150, 234, 13388])
