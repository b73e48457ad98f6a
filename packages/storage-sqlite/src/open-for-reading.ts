/** A connection that cannot write, and so never checkpoints. */

import { DatabaseSync } from 'node:sqlite'
import { Statements } from './statements.ts'

export function openForReading(path: string): Statements {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 1_000 })
  db.exec('PRAGMA cache_size = -8000')
  return new Statements(db)
}
