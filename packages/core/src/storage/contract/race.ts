/** What a precondition says, alone and where two commits race about it. */

import { expect } from 'vitest'
import type { Draft, Precondition, Storage } from '../storage.ts'
import { commit, refusal, siteRenamed } from './world.ts'

interface Race {
  readonly precondition: Precondition
  readonly guarded: () => Draft
  /** Makes the precondition fail. */
  readonly breaker: Draft
  /** Makes it hold again. */
  readonly mender: Draft
  readonly code: string
}

/** Whichever comes first, the guarded commit stands before the breaking one or nowhere. */
export async function expectRace(storage: Storage, { precondition, guarded, breaker, mender, code: expected }: Race) {
  for (const isBreakerFirst of [true, false]) {
    const { position } = await storage.head()
    const commits = [() => commit(storage, [breaker]), () => commit(storage, [guarded()], [precondition])]
    const ordered = isBreakerFirst ? commits : commits.toReversed()

    const ends = await Promise.all(ordered.map((one) => refusal(one())))

    const types = (await storage.changesAfter(position, 10)).map(({ type }) => type)
    const end = isBreakerFirst ? ends[1] : ends[0]
    if (end === 'accepted') expect(types).toEqual([guarded().type, breaker.type])
    else expect([end, ...types]).toEqual([expected, breaker.type])
    await commit(storage, [mender])
  }
  // The breaking one was there before for certain.
  await commit(storage, [breaker])
  const { position } = await storage.head()
  expect(await refusal(commit(storage, [guarded()], [precondition]))).toBe(expected)
  expect((await storage.head()).position).toBe(position)
}

/** What the commit of something harmless under this precondition comes to. */
export function code(
  storage: Storage,
  precondition: Precondition,
  drafts: readonly Draft[] = [NEUTRAL],
): Promise<string> {
  return refusal(commit(storage, drafts, [precondition]))
}

const NEUTRAL = siteRenamed('neutral')
