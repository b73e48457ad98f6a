/** Group commit: many commands, each in its savepoint, one transaction, one fsync. */

import { ChatError } from '@suda/protocol'
import { codeOf, messageOfError } from './driver-error.ts'
import { keepLastGroup } from './last-group.ts'
import type { Statements } from './statements.ts'
import { runCommit, type Clock, type Ran } from './write/run-commit.ts'
import type { CommitRequest, Outcome } from './writer-messages.ts'

export interface Group {
  readonly outcomes: readonly Outcome[]
  readonly redacts: boolean
  readonly erases: boolean
  /** Why nothing of the group was stored. */
  readonly lost: 'storage_full' | 'unavailable' | undefined
}

/**
 * Everything that is `ok` in the answer is durable. The clock has moved by what was stored.
 * @param assertFiles throws where what would be stored could not be found again
 */
export function commitGroup(
  requests: readonly CommitRequest[],
  sql: Statements,
  clock: Clock,
  assertFiles: () => void = () => {},
): Group {
  const before = { ...clock }
  try {
    assertFiles()
    sql.run('BEGIN IMMEDIATE')
    const attempts = requests.map((request) => attempt(request, sql, clock))
    const outcomes = attempts.map((one) => one.outcome)
    keepLastGroup(outcomes, sql)
    sql.run('COMMIT')
    const ran = attempts.flatMap((one) => one.ran ?? [])
    return { outcomes, redacts: ran.some((r) => r.redacts), erases: ran.some((r) => r.erases), lost: undefined }
  } catch (error) {
    Object.assign(clock, before)
    rollBack(sql)
    return lost(requests, error)
  }
}

interface Attempt {
  readonly outcome: Outcome
  readonly ran?: Ran
}

/** @throws what ended the whole transaction: a full disk inside a savepoint does */
function attempt({ serial, drafts, options }: CommitRequest, sql: Statements, clock: Clock): Attempt {
  const before = { ...clock }
  sql.run('SAVEPOINT command')
  try {
    const ran = runCommit(drafts, options, sql, clock)
    sql.run('RELEASE command')
    return { ran, outcome: { serial, ok: true, committed: ran.committed } }
  } catch (error) {
    if (!sql.db.isTransaction) throw error
    sql.run('ROLLBACK TO command')
    sql.run('RELEASE command')
    Object.assign(clock, before)
    return { outcome: failure(serial, error) }
  }
}

function failure(serial: number, error: unknown): Outcome {
  const reason = error instanceof ChatError ? '' : messageOfError(error)
  return { serial, ok: false, code: codeOf(error) ?? 'bug', reason }
}

// A transaction that is gone took every command of the group along, those before and after the one that failed too.
function lost(requests: readonly CommitRequest[], error: unknown): Group {
  const code = codeOf(error) === 'storage_full' ? 'storage_full' : 'unavailable'
  const reason = messageOfError(error)
  const outcomes = requests.map(({ serial }): Outcome => ({ serial, ok: false, code, reason }))
  return { outcomes, redacts: false, erases: false, lost: code }
}

function rollBack(sql: Statements): void {
  if (!sql.db.isTransaction) return
  try {
    sql.run('ROLLBACK')
  } catch {
    // Some errors have rolled back already; a transaction that is still there fails the next BEGIN, which says so.
  }
}
