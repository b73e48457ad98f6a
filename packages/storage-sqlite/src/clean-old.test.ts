/** What has had its time goes, slice by slice; what lives stays. */

import { join } from 'node:path'
import type { Draft } from '@suda/core/storage'
import { expect, onTestFinished, test } from 'vitest'
import { cleanSlice } from './clean-old.ts'
import { commitGroup } from './commit-group.ts'
import { prepareDatabase } from './prepare-database.ts'
import { iso } from './rows.ts'
import { Statements } from './statements.ts'
import { aFolder } from './testing/a-storage.ts'
import { by, newUser } from './testing/drafts.ts'

const NOW = Date.now()
const HOUR_MS = 3_600_000

test('sessions, tokens and invites go a day after they expired, used up invites at once', () => {
  const sql = aDatabase([
    ...ending('lives', NOW + HOUR_MS),
    ...ending('expired', NOW - HOUR_MS),
    ...ending('old', NOW - 25 * HOUR_MS),
    invite('used-up', NOW + HOUR_MS, 1),
    invite('used-once', NOW + HOUR_MS, 2),
    ...['used-up', 'used-once'].map(use),
    {
      type: 'token.created',
      audience: ['server'],
      userId: 'alice',
      token: { ...TOKEN, id: 'endless', secretHash: '' },
    },
  ])

  expect(cleanSlice(sql, NOW, 100)).toBe(false)

  expect(idsOf(sql, 'sessions')).toEqual(['expired', 'lives'])
  expect(idsOf(sql, 'tokens')).toEqual(['endless', 'expired', 'lives'])
  expect(idsOf(sql, 'invites')).toEqual(['expired', 'lives', 'used-once'])
})

test('more than a slice says so, and goes with the next ones', () => {
  const sql = aDatabase(['a', 'b', 'c'].map((id) => invite(id, NOW - 48 * HOUR_MS)))

  expect([cleanSlice(sql, NOW, 2), idsOf(sql, 'invites').length]).toEqual([true, 1])
  expect([cleanSlice(sql, NOW, 2), idsOf(sql, 'invites').length]).toEqual([false, 0])
})

const TOKEN = { label: 'bot', scopes: [] } as const

function aDatabase(drafts: readonly Draft[]): Statements {
  const sql = new Statements(prepareDatabase(join(aFolder(), 'suda.db'), 'OFF'))
  onTestFinished(() => sql.db.close())
  const options = { preconditions: [], by }
  const request = { serial: 1, drafts: [newUser('alice'), ...drafts], options }
  expect(commitGroup([request], sql, { next: 1, at: 0 }).outcomes).toMatchObject([{ ok: true }])
  return sql
}

/** One of each that ends then. */
function ending(id: string, at: number): Draft[] {
  const ends = { id, secretHash: id, expiresAt: iso(at) }
  return [
    { type: 'session.started', audience: ['server'], userId: 'alice', session: ends },
    { type: 'token.created', audience: ['server'], userId: 'alice', token: { ...TOKEN, ...ends } },
    invite(id, at),
  ]
}

function invite(id: string, at: number, uses?: number): Draft {
  const ends = { id, codeHash: id, role: 'member', expiresAt: iso(at), ...(uses !== undefined && { uses }) } as const
  return { type: 'invite.created', audience: ['server'], userId: 'alice', invite: ends }
}

function use(inviteId: string): Draft {
  return { type: 'invite.used', audience: ['server'], userId: 'alice', inviteId }
}

function idsOf(sql: Statements, table: 'sessions' | 'tokens' | 'invites'): string[] {
  return sql.all<{ id: string }>(`SELECT id FROM ${table} ORDER BY id`).map(({ id }) => id)
}
