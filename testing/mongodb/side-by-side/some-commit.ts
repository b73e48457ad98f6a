/** Commits of one or several drafts, with what they ask for and under which key they may come again. */

import type { IdempotencyKey, Precondition } from '@suda/core/storage'
import { foundation, someDraft, via } from './some-draft.ts'
import { anyMessage, anyRoom, anyUser, NAMES, NUMBERS, type Commit, type World } from './world.ts'

/** Stands for the id of the site, which each storage makes for itself. */
export const SITE = 'the id of the site'

export function firstCommit(world: World): Commit {
  const by = { via: { kind: 'system' }, requestId: 'first' } as const
  return { drafts: foundation(world), options: { preconditions: [], by } }
}

export function someCommit(world: World): Commit {
  const { random, commits } = world
  const old = random.pickFrom(commits.slice(-10))
  if (old !== undefined && random.chance(0.08)) return random.chance(0.5) ? old : withAnswer(world, old)
  const count = random.chance(0.7) ? 1 : random.below(6)
  const drafts = Array.from({ length: count }, () => someDraft(world))
  const asked = random.chance(0.6) ? [] : Array.from({ length: random.below(3) + 1 }, () => somePrecondition(world))
  const commit = { drafts, options: optionsOf(world, asked) }
  commits.push(commit)
  return commit
}

/** Keeps the answer of a request that was run before, as it is done after it was given. */
function withAnswer(world: World, { options }: Commit): Commit {
  const { idempotency } = options
  if (idempotency === undefined) return { drafts: [], options: { ...options, idempotency: someKey(world) } }
  return { drafts: [], options: { ...options, preconditions: [], idempotency: { ...idempotency, answer: 'later' } } }
}

function optionsOf(world: World, preconditions: readonly Precondition[]): Commit['options'] {
  const { random } = world
  const by = {
    via: via(world),
    requestId: random.pick(NAMES),
    ...(random.chance(0.7) && { actorId: anyUser(world) }),
    ...(random.chance(0.3) && { address: random.pick(NAMES) }),
  }
  return { preconditions, by, ...(random.chance(0.2) && { idempotency: someKey(world) }) }
}

function someKey(world: World): IdempotencyKey {
  const { random, keys } = world
  const old = random.pickFrom(keys)
  const key =
    old !== undefined && random.chance(0.25)
      ? old
      : { actorId: anyUser(world), key: `${random.pick(NAMES)}${keys.length}` }
  keys.push(key)
  return {
    ...key,
    requestHash: random.chance(0.8) ? 'same' : 'another',
    ...(random.chance(0.4) && { answer: random.pick(NAMES) }),
  }
}

function somePrecondition(world: World): Precondition {
  const { random } = world
  const [userId, roomId] = [anyUser(world), anyRoom(world)]
  const revision = random.pick([1, 1, 1, 2, 3])
  return random.pick<() => Precondition>([
    () => ({ kind: 'reader', userId, roomId }),
    () => ({ kind: 'roomRole', userId, roomId, atLeast: random.pick(['member', 'moderator']) }),
    () => ({ kind: 'siteRole', userId, atLeast: random.pick(['guest', 'member', 'admin', 'owner']) }),
    () => ({ kind: 'active', userId }),
    () => ({ kind: 'notMuted', userId, roomId }),
    () => ({ kind: 'roomOpen', roomId }),
    () => ({ kind: 'revision', entity: 'site', id: random.chance(0.9) ? SITE : roomId, revision }),
    () => ({ kind: 'revision', entity: 'user', id: userId, revision }),
    () => ({ kind: 'revision', entity: 'room', id: roomId, revision }),
    () => ({ kind: 'revision', entity: 'message', id: anyMessage(world).messageId, revision }),
    () => ({ kind: 'session', sessionId: random.pickFrom(world.sessions)?.id ?? userId }),
    () => ({ kind: 'token', tokenId: random.pickFrom(world.tokens)?.id ?? userId }),
    () => ({ kind: 'password', userId, passwordHash: random.pick(NAMES) }),
    () => ({ kind: 'invite', inviteId: random.pickFrom(world.invites)?.id ?? userId }),
    () => ({ kind: 'notOwner', userId }),
    () => ({ kind: 'noOther', ...someHeld(world, userId) }),
    () => ({ kind: 'quota', key: random.pick(NAMES), limit: random.pick(NUMBERS), windowMs: 3_600_000 }),
    () => ({
      kind: 'unique',
      field: random.pick(['username', 'email', 'externalId', 'slug']),
      value: random.pick(NAMES),
    }),
    () => ({ kind: 'noOwner' }),
    () => ({ kind: 'otherOwner', userId }),
  ])()
}

type Held = Omit<Extract<Precondition, { kind: 'noOther' }>, 'kind'>

/** All of them, some, or what is not theirs. */
function someHeld({ random, rooms, sessions, tokens, invites }: World, userId: string): Held {
  const of = random.pick(['session', 'token', 'invite', 'membership'])
  const all = { session: sessions, token: tokens, invite: invites, membership: rooms.map((id) => ({ id })) }[of]
  const ids = all.map(({ id }) => id).filter(() => random.chance(0.8))
  const tokenId = random.pickFrom(tokens)?.id
  const owner = tokenId !== undefined && random.chance(0.3) ? { tokenId } : { userId }
  return { of, owner, ids: random.chance(0.7) ? all.map(({ id }) => id) : ids }
}
