/** Wherever a slice ends, none of the changes is passed over. */

import { join } from 'node:path'
import type { Draft } from '@suda/core/storage'
import { expect, onTestFinished, test } from 'vitest'
import { commitGroup } from './commit-group.ts'
import { eraseUserSlice, usersToErase } from './erase-users.ts'
import { changesAfter } from './log-rows.ts'
import { prepareDatabase } from './prepare-database.ts'
import { Statements } from './statements.ts'
import { aFolder } from './testing/a-storage.ts'
import { by, deletingUser, joining, newRoom, newUser, posting } from './testing/drafts.ts'

test.each(Array.from({ length: 25 }, (_, count) => count))(
  'ST63: the names leave a log of %i messages, in however many slices',
  (count) => {
    const sql = aLog([
      newUser('bird'),
      newUser('alice'),
      newRoom('general'),
      joining('general', 'bird'),
      ...range(count).map((n) => posting({ id: `m${n}`, authorId: n % 3 === 0 ? 'bird' : 'alice' })),
      deletingUser('bird'),
    ])

    for (let slices = 0; usersToErase(sql) > 0; slices++) {
      expect(slices).toBeLessThan(50)
      eraseUserSlice(sql, 1)
    }

    const log = changesAfter(sql, 0, 100)
    expect(log.length).toBe(count + 5)
    expect(log.map(({ json }) => json).join()).not.toContain('"username":"bird"')
    expect(log.map(({ json }) => json).join()).toContain('"username":"alice"')
  },
)

test('ST63: a log that was trimmed meanwhile is walked to where it begins', () => {
  const sql = aLog([newUser('bird'), newUser('alice'), deletingUser('bird')])
  sql.run('DELETE FROM changes WHERE position < 3')
  sql.run('UPDATE log SET first_position = 3')

  eraseUserSlice(sql, 1)

  expect(usersToErase(sql)).toBe(0)
})

function aLog(drafts: readonly Draft[]): Statements {
  const sql = new Statements(prepareDatabase(join(aFolder(), 'suda.db'), 'OFF'))
  onTestFinished(() => sql.db.close())
  const request = { serial: 1, drafts, options: { preconditions: [], by } }
  expect(commitGroup([request], sql, { next: 1, at: 0 }).outcomes).toMatchObject([{ ok: true }])
  return sql
}

const range = (count: number) => Array.from({ length: count }, (_, n) => n)
