/** No statement walks a table that grows: found once by an edit that read the whole log. */

import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { Draft, Precondition } from '@suda/core/storage'
import { expect, onTestFinished, test } from 'vitest'
import { cleanSlice } from './clean-old.ts'
import { commitGroup } from './commit-group.ts'
import { eraseRoomSlice } from './erase-rooms.ts'
import { eraseUserSlice } from './erase-users.ts'
import { heavyReads } from './heavy-reads.ts'
import { LIMITS } from './limits.ts'
import { prepareDatabase } from './prepare-database.ts'
import { readSession, readSessionsOf, readToken, readTokensOf } from './reads/credentials.ts'
import { readInvite } from './reads/invites.ts'
import { readMessage, readOrigin } from './reads/messages.ts'
import { readersNamed, readUser } from './reads/people.ts'
import { readRoom } from './reads/rooms.ts'
import { Statements } from './statements.ts'
import { aFolder } from './testing/a-storage.ts'
import { by, deleting, deletingUser, editing, joining, newRoom, newUser, posting, reading } from './testing/drafts.ts'
import { trimSlice } from './trim-log.ts'
import type { Clock } from './write/run-commit.ts'

test('every statement of every draft, precondition, read and job finds its rows by an index', () => {
  const sql = new Statements(prepareDatabase(join(aFolder(), 'suda.db'), 'OFF'))
  onTestFinished(() => sql.db.close())
  const texts = recordingOf(sql.db)

  writeEverything(sql)
  readEverything(sql)
  workInTheBackground(sql)

  expect(texts.size).toBeGreaterThan(70)
  expect([...texts].filter((text) => walksAGrowingTable(sql.db, text))).toEqual([])
})

const GROWING =
  /SCAN (changes|messages|mentions|members|users|retries|quotas|audit|sessions|tokens|invites|sources|rooms)\b(?! USING INDEX)/

/** The texts of all statements that are prepared from now on. */
function recordingOf(db: DatabaseSync): Set<string> {
  const texts = new Set<string>()
  const prepare = db.prepare.bind(db)
  db.prepare = (text) => {
    texts.add(text)
    return prepare(text)
  }
  return texts
}

function walksAGrowingTable(db: DatabaseSync, text: string): boolean {
  if (!/^\s*(SELECT|UPDATE|DELETE|INSERT)/.test(text)) return false
  return db
    .prepare(`EXPLAIN QUERY PLAN ${text}`)
    .all()
    .some((row) => GROWING.test(String(row['detail'])))
}

function writeEverything(sql: Statements): void {
  const clock: Clock = { next: 1, at: 0 }
  const commit = (drafts: readonly Draft[], preconditions: readonly Precondition[] = []) => {
    const idempotency = { actorId: 'alice', key: String(clock.next), requestHash: '' }
    const [outcome] = commitGroup(
      [{ serial: 1, drafts, options: { preconditions, by, idempotency } }],
      sql,
      clock,
    ).outcomes
    expect(outcome).toMatchObject({ ok: true })
  }
  commit([newUser('alice'), newUser('bob'), newRoom('general'), joining('general', 'alice'), joining('general', 'bob')])
  commit([
    {
      type: 'token.created',
      audience: ['server'],
      userId: 'bob',
      token: { id: 't', secretHash: 't', label: '', scopes: [] },
    },
  ])
  const session = { id: 's', secretHash: 's', expiresAt: '2999-01-01T00:00:00.000Z', tokenId: 't' }
  commit([{ type: 'session.started', audience: ['server'], userId: 'bob', session }])
  const invite = { id: 'i', codeHash: 'i', role: 'member', expiresAt: session.expiresAt } as const
  const inviting = { audience: ['server'], userId: 'bob', inviteId: 'i' } as const
  commit([{ type: 'invite.created', audience: ['server'], userId: 'bob', invite }])
  commit([{ ...inviting, type: 'invite.used' }], holding)
  commit(
    [posting({ id: 'm1', mentions: [{ kind: 'room', as: 'all' }] }), posting({ id: 'm2', threadId: 'm1' })],
    holding,
  )
  commit([editing('m1', 'x'), editing('m1', 'y'), deleting('m2'), reading(1, 'bob'), reading(2, 'bob')])
  commit([{ type: 'room.changed', audience: ['site'], roomId: 'general', room: { topic: 'x' } }])
  commit([{ type: 'password.changed', audience: ['server'], userId: 'bob', passwordHash: 'p' }])
  commit([
    { type: 'session.renewed', audience: ['server'], userId: 'bob', sessionId: 's', expiresAt: session.expiresAt },
  ])
  commit([{ ...inviting, type: 'invite.deleted' }], owning)
  commit([{ type: 'session.ended', audience: ['server'], userId: 'bob', sessionId: 's', reason: 'signed_out' }])
  commit([{ type: 'token.deleted', audience: ['server'], userId: 'bob', tokenId: 't' }])
  commit([{ type: 'member.left', audience: ['room:general'], roomId: 'general', userId: 'bob', reason: 'left' }])
  commit([{ type: 'room.deleted', audience: ['room:general'], roomId: 'general' }])
  commit([deletingUser('bob')])
}

const holding: readonly Precondition[] = [
  { kind: 'reader', userId: 'alice', roomId: 'general' },
  { kind: 'roomRole', userId: 'bob', roomId: 'general', atLeast: 'member' },
  { kind: 'siteRole', userId: 'bob', atLeast: 'member' },
  { kind: 'notMuted', userId: 'alice', roomId: 'general' },
  { kind: 'roomOpen', roomId: 'general' },
  { kind: 'revision', entity: 'room', id: 'general', revision: 1 },
  { kind: 'session', sessionId: 's' },
  { kind: 'token', tokenId: 't' },
  { kind: 'quota', key: 'k', limit: 3, windowMs: 1_000 },
  { kind: 'unique', field: 'slug', value: 'x' },
  { kind: 'unique', field: 'email', value: 'x' },
  { kind: 'noOwner' },
  { kind: 'invite', inviteId: 'i' },
  { kind: 'notOwner', userId: 'bob' },
]

const owning: readonly Precondition[] = [
  { kind: 'password', userId: 'bob', passwordHash: 'p' },
  { kind: 'noOther', of: 'session', owner: { userId: 'bob' }, ids: ['s'] },
  { kind: 'noOther', of: 'session', owner: { tokenId: 't' }, ids: ['s'] },
  { kind: 'noOther', of: 'token', owner: { userId: 'bob' }, ids: ['t'] },
  { kind: 'noOther', of: 'invite', owner: { userId: 'bob' }, ids: ['i'] },
  { kind: 'noOther', of: 'membership', owner: { userId: 'bob' }, ids: ['general'] },
]

function readEverything(sql: Statements): void {
  for (const ref of [{ id: 'a' }, { username: 'a' }, { email: 'a' }, { externalId: 'a' }]) readUser(sql, ref)
  readersNamed(sql, 'general', ['bob'])
  readToken(sql, 't', 1)
  readSession(sql, 's', 1)
  for (const owner of [{ userId: 'a' }, { tokenId: 'a' }]) readSessionsOf(sql, owner, 1)
  readTokensOf(sql, 'a', 1)
  for (const ref of [{ id: 'i' }, { codeHash: 'i' }]) readInvite(sql, ref, 1)
  heavyReads.readInvites(sql, 1)
  heavyReads.readInvites(sql, 1, 'bob')
  heavyReads.readUsers(sql, { limit: 3 })
  readRoom(sql, 'general', 'bob')
  readMessage(sql, 'm1')
  readOrigin(sql, 'm1')
  heavyReads.findUsers(sql, 'a', 3)
  for (const filter of [{ actorId: 'x' }, { type: 'y' }, { before: 1 }])
    heavyReads.readAudit(sql, { limit: 3, ...filter })
  for (const bound of [{ before: 2 }, { after: 1 }, { around: 1 }])
    heavyReads.readMessages(sql, 'general', { limit: 3, ...bound })
  heavyReads.readThread(sql, 'm1', { limit: 3 })
  heavyReads.readMembers(sql, 'general', { limit: 3 })
  heavyReads.readPublicRooms(sql)
  heavyReads.readReadership(sql, 'bob')
  heavyReads.readReadership(sql, 'bob', 'general')
  for (const browse of [true, false]) heavyReads.readRooms(sql, 'bob', { browse, limit: 3 })
  for (const part of [{}, { after: '1/1.r' }]) heavyReads.readSnapshot(sql, 'bob', part)
  heavyReads.changesAfter(sql, 0, 10)
}

function workInTheBackground(sql: Statements): void {
  eraseUserSlice(sql, 100)
  eraseRoomSlice(sql, 100)
  cleanSlice(sql, Date.now(), 10)
  trimSlice(sql, { ...LIMITS, keepMs: -1_000, keepChanges: 1 }, Date.now())
}
