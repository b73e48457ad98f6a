/**
 * What became of the commands of the newest group, written by the same transaction. A writer that dies between its COMMIT
 * and its answer leaves commands of which nobody knows whether they were stored; this row knows (ST3).
 */

import type { Committed } from '@suda/core/storage'
import { changesBetween } from './log-rows.ts'
import type { Statements } from './statements.ts'
import type { Outcome } from './writer-messages.ts'

/** Serial of the command, first and last position of its changes. */
type Stored = [serial: number, first: number, last: number]

export function keepLastGroup(outcomes: readonly Outcome[], sql: Statements): void {
  const stored = outcomes.flatMap((outcome) => storedOf(outcome) ?? [])
  if (stored.length > 0)
    sql.run('INSERT OR REPLACE INTO last_group (one, stored) VALUES (1, ?)', JSON.stringify(stored))
}

/** Those of the given commands that are durable although their answer never came, in the order of the log. */
export function storedAfterAll(
  isWaiting: (serial: number) => boolean,
  sql: Statements,
): { serial: number; committed: Committed }[] {
  const row = sql.one<{ stored: string }>('SELECT stored FROM last_group')
  const stored: Stored[] = row === undefined ? [] : JSON.parse(row.stored)
  return stored
    .filter(([serial]) => isWaiting(serial))
    .map(([serial, first, last]) => ({
      serial,
      committed: { changes: changesBetween(sql, first, last), repeated: false },
    }))
}

function storedOf(outcome: Outcome): Stored[] | undefined {
  if (!outcome.ok || outcome.committed.repeated) return undefined
  const { changes } = outcome.committed
  const [first, last] = [changes[0]?.position, changes.at(-1)?.position]
  return first === undefined || last === undefined ? undefined : [[outcome.serial, first, last]]
}
