import type { Scope, SiteRole } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import { admit, admitRoom, isSiteRoleAtLeast, POLICY, type Action, type Rule } from './access.ts'
import type { Actor, ActorOf } from './actor.ts'
import { aSite } from './testing/a-site.ts'
import { NEWCOMER, SYSTEM } from './testing/acting.ts'

const rows: [Action, Rule][] = Object.entries(POLICY).map(([action, rule]) => [action as Action, rule])
const ROLES = ['guest', 'member', 'admin', 'owner'] as const

describe('admit', () => {
  test.each(rows)('%s is for those whom its row names', (action, rule) => {
    for (const nobody of [undefined, NEWCOMER]) {
      expect(codeOf(action, nobody)).toBe(rule.who === 'anyone' ? undefined : 'unauthenticated')
    }
    expect(codeOf(action, SYSTEM)).toBeUndefined()
    for (const role of ROLES) {
      const isRanked = rule.site === undefined || isSiteRoleAtLeast(role, rule.site)
      const isRefused = rule.who === 'system' || (rule.who === 'user' && !isRanked)
      expect(codeOf(action, { ...user(role), sessionId: 's' }), role).toBe(isRefused ? 'forbidden' : undefined)
      const needsSession = isRefused || rule.by === 'session'
      expect(codeOf(action, user(role)), role).toBe(needsSession ? 'forbidden' : undefined)
    }
  })

  test.each(rows.filter(([, { by }]) => by === 'session'))('%s is done by no token, nor what came of one', (action) => {
    const owner = user('owner')

    expect(codeOf(action, { ...owner, sessionId: 's', tokenId: 't' })).toBe('forbidden')
    expect(codeOf(action, { ...owner, tokenId: 't' })).toBe('forbidden')
  })

  const ofTokens = rows.filter(([, { by, who }]) => who === 'user' && by === undefined)
  test.each(ofTokens)('%s needs its scope of a token', (action, rule) => {
    expect(codeOf(action, user('owner', []))).toBe(rule.scope === undefined ? undefined : 'forbidden')
    for (const scope of ['read', 'write', 'admin', 'metrics'] as const) {
      const isEnough = rule.scope === undefined || rule.scope === scope
      expect(codeOf(action, user('owner', [scope])), scope).toBe(isEnough ? undefined : 'forbidden')
    }
  })
})

describe('admitRoom', () => {
  const relations = ['moderator', 'member', 'none'] as const

  test('who comes to which room, by site role, relation to the room and what the action asks', async () => {
    const people = ROLES.flatMap((role) =>
      relations.map((relation) => ({ role, relation, name: `${role}-${relation}` })),
    )
    const of = (wanted: string) => people.filter(({ relation }) => relation === wanted).map(({ name }) => name)
    const room = { members: of('member'), moderators: of('moderator') }
    const site = await aSite({
      rooms: { open: room, closed: { private: true, ...room } },
      roles: Object.fromEntries(people.map(({ name, role }) => [name, role])),
    })

    for (const { role, relation, name } of people) {
      for (const slug of ['open', 'closed']) {
        const { actor } = site.as(name)
        const isReader = relation !== 'none' || (slug === 'open' && role !== 'guest')
        const isBoss = relation === 'moderator' || isSiteRoleAtLeast(role, 'admin')
        const codes = { readRoom: undefined, moveRead: relation !== 'none', changeRoom: isBoss } as const
        for (const [action, isAllowed] of Object.entries(codes)) {
          const expected = !isReader ? 'not_found' : isAllowed === false ? 'forbidden' : undefined
          const found = await refusal(admitRoom(action as Action, slug, actor, site.storage))
          expect(found, `${name}, ${action} in ${slug}`).toBe(expected)
        }
      }
    }
    expect(await refusal(admitRoom('changeRoom', 'closed', SYSTEM, site.storage))).toBeUndefined()
    expect(await refusal(admitRoom('changeRoom', 'nowhere', SYSTEM, site.storage))).toBe('not_found')
  })

  test('what was allowed by a look holds at the commit as well: each relation has its precondition', async () => {
    const site = await aSite({ rooms: { open: { members: ['bob'], moderators: ['mia'] } }, roles: { ada: 'admin' } })
    const kinds = async (name: string, action: Action) =>
      (await admitRoom(action, 'open', site.as(name).actor, site.storage)).preconditions.map(({ kind }) => kind)

    expect(await kinds('bob', 'readRoom')).toEqual(['reader'])
    expect(await kinds('bob', 'moveRead')).toEqual(['roomRole'])
    expect(await kinds('mia', 'changeRoom')).toEqual(['roomRole'])
    expect(await kinds('ada', 'changeRoom')).toEqual(['reader', 'siteRole'])
  })
})

describe('reads through the door', () => {
  test('rooms, members, messages and threads are for readers alone', async () => {
    const site = await aSite({
      rooms: { plans: { private: true, members: ['alice'] }, general: ['alice'] },
      roles: { gus: 'guest', ada: 'admin' },
      users: ['bob'],
    })
    const { id } = await site.as('alice').postMessage('plans', 'secret')
    const { chat } = site
    const reads = (actor: Actor) => [
      () => chat.room(actor, 'plans'),
      () => chat.members(actor, 'plans', { limit: 10 }),
      () => chat.messages(actor, 'plans', { limit: 10 }),
      () => chat.message(actor, id),
      () => chat.thread(actor, id, { limit: 10 }),
    ]

    for (const name of ['bob', 'gus', 'ada']) {
      for (const read of reads(site.as(name).actor)) {
        await expect(read()).rejects.toMatchObject({ code: 'not_found', detail: undefined })
      }
    }
    for (const read of reads(site.as('alice').actor)) await expect(read()).resolves.toBeDefined()
    expect((await chat.readership(site.as('bob').actor, (await site.room('plans')).id)).rooms).toEqual([])
    expect((await chat.sync(site.as('bob').actor, { roomIds: [(await site.room('plans')).id] })).rooms).toEqual([])
  })

  test('guests browse no rooms and find no people', async () => {
    const site = await aSite({ rooms: { general: ['alice'] }, roles: { gus: 'guest' } })
    const { actor } = site.as('gus')

    expect(await site.chat.rooms(actor, { browse: true, limit: 10 })).toEqual({ rooms: [] })
    await expect(site.chat.findUsers(actor, 'al', 10)).rejects.toMatchObject({ code: 'forbidden' })
    expect(await site.chat.findUsers(site.as('alice').actor, 'gu', 10)).toMatchObject([{ username: 'gus' }])
  })

  test('an answer is kept under a key for its own request alone', async () => {
    const site = await aSite({ users: ['alice', 'bob'] })
    const idempotency = { key: 'key', requestHash: 'hash' }
    const { actor } = site.as('alice')
    const make = () => site.as('alice').do(PLANS, { idempotency })
    const first = await make()
    await site.chat.keepAnswer(actor, { requestId: 'r', idempotency }, '{"room":{}}')

    expect(await make()).toEqual(first)
    expect(await site.chat.keptAnswer(actor, 'key', 'hash')).toBe('{"room":{}}')
    expect(await site.chat.keptAnswer(site.as('bob').actor, 'key', 'hash')).toBeUndefined()
    await expect(site.chat.keptAnswer(actor, 'key', 'other')).rejects.toMatchObject({ code: 'conflict' })
    const other = { ...PLANS, slug: 'other' }
    await expect(
      site.as('alice').do(other, { idempotency: { ...idempotency, requestHash: 'other' } }),
    ).rejects.toMatchObject({ code: 'conflict' })
  })
})

const PLANS = {
  type: 'createRoom',
  roomId: '0d9e5b1a-6d5e-4c1b-9f6e-000000000001',
  slug: 'plans',
  name: 'plans',
  visibility: 'public',
} as const

function user(siteRole: SiteRole, scopes?: readonly Scope[]): ActorOf<'user'> {
  return { kind: 'user', userId: 'x', siteRole, via: { kind: 'session' }, ...(scopes !== undefined && { scopes }) }
}

function codeOf(action: Action, actor: Actor | undefined): unknown {
  try {
    admit(action, actor)
    return undefined
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error
  }
}

async function refusal(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}
