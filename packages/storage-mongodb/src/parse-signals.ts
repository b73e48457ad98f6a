/** What other processes tell. Another version of Suda may have written it, or nobody knows who. */

import type { Signal } from '@suda/protocol'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const LONGEST_MS = 60_000

/** Those that this version knows; of the others nothing. */
export function parseSignals(told: unknown, most: number): readonly Signal[] {
  if (!Array.isArray(told)) return []
  return told.slice(0, most).flatMap((one: unknown) => parseSignal(one) ?? [])
}

function parseSignal(told: unknown): Signal | undefined {
  if (typeof told !== 'object' || told === null) return undefined
  const { forMs, kind, roomId, userId } = told as Record<string, unknown>
  if (kind !== 'typing' || !isUuid(roomId) || !isUuid(userId)) return undefined
  if (typeof forMs !== 'number' || !(forMs > 0 && forMs <= LONGEST_MS)) return undefined
  return { kind, roomId, userId, forMs: Math.round(forMs) }
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value)
}
