/** Whom a text mentions: `@name` and `@room`, outside code. */

import { LIMITS, type Mention } from '@suda/protocol'
import type { Reads } from '../storage/storage.ts'

// A fence or an inline span first, so that names within are swallowed with it; each part of the pattern has one way to match.
// Letters by name, not by the flag `i`: with it, `k` would also match the Kelvin sign.
const CODE_OR_NAME = /```[\s\S]*?(?:```|$)|`[^`\n]+`|(?<![\p{L}\p{M}\p{N}_])@([A-Za-z0-9._-]{2,32})/gu

/** Names that mean everybody in the room; no user can have them. */
export const ROOM_NAME = 'room'

/** Resolves by one read; what names nobody who may read the room stays text. */
export async function resolveMentions(
  text: string,
  roomId: string,
  reads: Pick<Reads, 'readersNamed'>,
): Promise<Mention[]> {
  const names = namesIn(text)
  if (names.length === 0) return []
  const usernames = names.filter((name) => name !== ROOM_NAME)
  const readers = usernames.length === 0 ? [] : await reads.readersNamed(roomId, usernames)
  const idOf = new Map(readers.map((reader) => [reader.username, reader.userId]))
  return names.flatMap((name) => mentionOf(name, idOf.get(name)))
}

function mentionOf(name: string, userId: string | undefined): Mention[] {
  if (name === ROOM_NAME) return [{ kind: 'room', as: name }]
  return userId === undefined ? [] : [{ kind: 'user', userId, as: name }]
}

/** Distinct, in the order of the text, case-folded, as many as a message may mention. */
function namesIn(text: string): string[] {
  if (!text.includes('@')) return []
  const names = new Set<string>()
  for (const [, name] of text.matchAll(CODE_OR_NAME)) {
    const folded = name?.toLowerCase().replace(/[.-]+$/, '')
    if (folded !== undefined && folded.length >= 2) names.add(folded)
    if (names.size === LIMITS.mentionsPerMessage) break
  }
  return [...names]
}
