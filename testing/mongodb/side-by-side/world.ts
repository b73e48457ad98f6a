/** What a sequence of commits has named so far, so that later ones meet it again, and values that are well typed and no more. */

import type { CommitOptions, Draft, MessagePostedDraft } from '@suda/core/storage'
import type { Random } from './random.ts'

export interface World {
  readonly random: Random
  /** Those of the first commit, who are there for sure. */
  readonly founders: string[]
  readonly users: string[]
  readonly rooms: string[]
  readonly posts: MessagePostedDraft[]
  readonly sessions: { readonly id: string; readonly userId: string; readonly secretHash: string }[]
  readonly tokens: { readonly id: string; readonly userId: string; readonly secretHash: string }[]
  readonly invites: { readonly id: string; readonly userId: string; readonly codeHash: string }[]
  readonly keys: { readonly actorId: string; readonly key: string }[]
  /** Those of the last group and before, which may come again. */
  readonly commits: Commit[]
}

export interface Commit {
  readonly drafts: readonly Draft[]
  readonly options: CommitOptions
}

export function newWorld(random: Random): World {
  const people = { founders: [], users: [], sessions: [], tokens: [], invites: [] }
  return { random, ...people, rooms: [], posts: [], keys: [], commits: [] }
}

const NASTY = [
  '$where',
  'a.b',
  '.',
  '$',
  '__proto__',
  'constructor',
  'null',
  'a\u0000b',
  '\u0000',
  '{"$gt":""}',
  "'; DROP TABLE users; --",
  '각각',
  '👩‍👩‍👧‍👦 e\u0301',
  '\u202eabc\u2028',
  '\uffff',
  ' ',
  '%_*',
] as const

/** So few that they meet. */
export const NAMES = ['alice', 'bob', 'al', 'Álice', '', 'x'.repeat(3_000), ...NASTY] as const

export const TEXTS = ['', 'hello', 'x'.repeat(65_536), '\u0001'.repeat(2_000), '"\\\n\r\t', ...NASTY] as const

export const NUMBERS = [0, 1, 2, 3, 5, 8, 13, -1, -7, 2 ** 31, 2 ** 40, Number.MAX_SAFE_INTEGER] as const

/** Long ago or far ahead, so that no clock decides. */
export const TIMES = [
  '1970-01-01T00:00:00.000Z',
  '0001-01-01T00:00:00.000Z',
  '1969-12-31T23:59:59.999Z',
  '2001-02-03T04:05:06.789Z',
  '2024-02-29T23:59:59.999Z',
  '2999-12-31T23:59:59.999Z',
  '9999-12-31T23:59:59.999Z',
] as const

export const FAR_TIMES = ['2999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'] as const

/** Over, but not for so long that a storage has cleaned it away. */
export const justNow = (): string => new Date(Date.now() - 60_000).toISOString()

/** Somebody, perhaps one who was refused; now and then nobody. */
export function anyUser({ random, users }: World): string {
  return (random.chance(0.04) ? undefined : random.pickFrom(users)) ?? random.newId()
}

/** For what is nobody's otherwise: a membership, a session, a token. */
export function aFounder({ random, founders }: World): string {
  return random.pickFrom(founders) ?? random.newId()
}

export function anyRoom({ random, rooms }: World): string {
  return (random.chance(0.04) ? undefined : random.pickFrom(rooms)) ?? random.newId()
}

export function anyMessage({ random, posts }: World): { readonly roomId: string; readonly messageId: string } {
  const post = random.pickFrom(posts.slice(-40))
  return post !== undefined && random.chance(0.95) ? post : { roomId: random.newId(), messageId: random.newId() }
}
