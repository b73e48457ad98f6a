/** The prepared statements of one connection, made on first use and kept: preparing costs more than running. */

import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'

export class Statements {
  readonly db: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.db = db
  }

  // `Row` is what the statement selects: its author vouches for it, SQLite's STRICT tables keep it true.
  one<Row extends object>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined
  }

  all<Row extends object>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[]
  }

  /** @returns how many rows were written */
  run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(sql).run(...values).changes)
  }

  /** Everything that `read` reads is of one moment. It must not await. */
  moment<T>(read: () => T): T {
    this.run('BEGIN')
    try {
      return read()
    } finally {
      this.run('COMMIT')
    }
  }

  /** All that `write` writes, or nothing. It must not await. */
  atomically(write: () => void): void {
    this.run('BEGIN IMMEDIATE')
    try {
      write()
      this.run('COMMIT')
    } catch (error) {
      if (this.db.isTransaction) this.run('ROLLBACK')
      throw error
    }
  }

  #statement(sql: string): StatementSync {
    const known = this.#prepared.get(sql)
    if (known !== undefined) return known
    const statement = this.db.prepare(sql)
    this.#prepared.set(sql, statement)
    return statement
  }
}
