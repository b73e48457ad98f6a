/** What the commands that passed come to for each post; what is asked every few seconds, whatever happens, is left out. */

import type { Command } from '../../testing/mongodb/wire/traffic.ts'

/** @returns whole numbers by what was asked, for so many posts that what comes by the clock is less than half of one each */
export function askedPerPost(commands: readonly Command[], posts: number): Record<string, number> {
  const groups = Map.groupBy(commands, whatIsAsked)
  // Of these there is one for each change, and one a second where there is none: they are looked at elsewhere.
  groups.delete('getMore $cmd.aggregate')
  const perPost = [...groups].map(([what, { length }]) => ({ what, count: Math.round(length / posts) }))
  const sorted = perPost.filter(({ count }) => count > 0).toSorted((a, b) => a.what.localeCompare(b.what))
  return Object.fromEntries(sorted.map(({ count, what }) => [what, count]))
}

function whatIsAsked({ body, name }: Command): string {
  const collection: unknown = name === 'getMore' ? body['collection'] : body[name]
  return typeof collection === 'string' ? `${name} ${collection}` : name
}
