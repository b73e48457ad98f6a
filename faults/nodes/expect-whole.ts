/** What every client must have been shown, whatever happened: each message once, in order, and no reset. */

import { expect } from 'vitest'
import type { Follower } from './follower.ts'

export async function expectWhole(followers: readonly Follower[], texts: readonly string[]): Promise<void> {
  const isThere = () => followers.every((follower) => follower.texts.length >= texts.length)
  await expect.poll(isThere, { timeout: 40_000, message: `${texts.length} messages at each` }).toBe(true)
  for (const { reader, texts: seen } of followers) {
    expect({ seen, resets: reader.resets, refusals: reader.refusals }).toEqual({ seen: texts, resets: 0, refusals: [] })
  }
}
