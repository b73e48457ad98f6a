/** The log as it is read. */

import { TrimmedError, type LogHead } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import type { Collections } from '../collections.ts'
import { changeOf } from '../mappers-document.ts'
import { between } from '../where.ts'

export async function readHead(db: Collections): Promise<LogHead> {
  const log = await db.get('log', 'log')
  if (log === undefined) throw new Error('the database has no log')
  const { epoch, position, firstPosition } = log
  return { epoch, position, firstPosition }
}

/**
 * @throws TrimmedError if some of them are gone (DL2b)
 * @throws Error if the log has a hole, as where only a part of it was restored
 */
export async function changesAfter(db: Collections, position: number, limit: number): Promise<CommittedChange[]> {
  if (limit <= 0) return []
  // Positions are dense, so the range that is asked for is all that has to be looked at.
  const changes = await db.find('changes', { _id: between(position + 1, position + limit) }, { sort: { _id: 1 } })
  const isDense = changes.every(({ _id }, index) => _id === position + 1 + index)
  // Trimming takes a prefix away; it may do so while this is read, and then the hole is in the middle.
  if (!isDense || changes.length === 0) await assertNotTrimmed(db, position)
  if (!isDense) throw new Error(`the log has a hole behind ${position}`)
  return changes.map(changeOf)
}

async function assertNotTrimmed(db: Collections, position: number): Promise<void> {
  const { firstPosition } = await readHead(db)
  if (position < firstPosition - 1) throw new TrimmedError(firstPosition)
}
