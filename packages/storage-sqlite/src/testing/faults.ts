/**
 * What can go wrong under the writer, loaded into its thread by the option `faults`. A message's text asks for it:
 * `pages +N` lets the database grow by N pages from now on, `clock +N` or `clock -N` moves the thread's clock by N ms,
 * `commit fails`, `dies before the commit`, `dies after it`.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite'

const SQLITE_IOERR = 10

export function withFaults(db: DatabaseSync): DatabaseSync {
  let wish = ''
  const prepare = (sql: string): StatementSync => {
    const statement = db.prepare(sql)
    if (sql.startsWith('INSERT INTO messages'))
      return beforeRun(statement, (values) => (wish = heed(db, values) ?? wish))
    if (sql === 'COMMIT') return aroundCommit(statement, () => take())
    return statement
  }
  const take = () => {
    const taken = wish
    wish = ''
    return taken
  }
  return new Proxy(db, {
    get(target, name) {
      if (name === 'prepare') return prepare
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** @returns a wish that is for the commit */
function heed(db: DatabaseSync, values: readonly unknown[]): string | undefined {
  const text = values.find((value) => typeof value === 'string' && /^(pages|clock|commit|dies) /.test(value))
  if (typeof text !== 'string') return undefined
  if (text.startsWith('clock ')) return moveClock(Number(text.slice(6)))
  if (!text.startsWith('pages ')) return text
  const now = Number(db.prepare('PRAGMA page_count').get()?.['page_count'])
  db.exec(`PRAGMA max_page_count = ${now + Number(text.slice(7))}`)
  return undefined
}

function moveClock(ms: number): undefined {
  const before = Date.now.bind(Date)
  Date.now = () => before() + ms
}

function aroundCommit(statement: StatementSync, wish: () => string): StatementSync {
  return new Proxy(statement, {
    get(target, name) {
      if (name !== 'run') return Reflect.get(target, name)
      return () => {
        const wished = wish()
        if (wished === 'commit fails') throw Object.assign(new Error('disk I/O error'), { errcode: SQLITE_IOERR })
        if (wished === 'dies before the commit') process.exit(1)
        const result = target.run()
        if (wished === 'dies after the commit') process.exit(1)
        return result
      }
    },
  })
}

function beforeRun(statement: StatementSync, look: (values: readonly unknown[]) => void): StatementSync {
  return new Proxy(statement, {
    get(target, name) {
      if (name !== 'run') return Reflect.get(target, name)
      return (...values: Parameters<StatementSync['run']>) => {
        look(values)
        return target.run(...values)
      }
    },
  })
}
