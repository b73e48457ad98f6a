/** What two storages say of the same thing differs in what each makes for itself: ids of its own, and the time. */

import type { Storage } from '@suda/core/storage'

/** Times so close to now are of the clock; all others were given. */
const NEAR_MS = 3_600_000
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const ours = /-0000-4000-8000-0/
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** What it did or answered, without what may differ. */
export async function outcomeOf(attempt: Promise<unknown>): Promise<unknown> {
  try {
    return comparable(await attempt)
  } catch (error) {
    return error instanceof Error && 'code' in error ? `refused: ${String(error.code)}` : 'refused: a bug'
  }
}

export async function siteIdOf(storage: Storage): Promise<string> {
  const { site } = await storage.site()
  return site.id
}

function comparable(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return name === 'json' ? comparable(JSON.parse(value)) : comparableText(value, name)
  if (typeof value === 'number') return name === 'at' || name === 'createdAt' ? 'now' : value
  if (Array.isArray(value))
    return inOrder(
      value.map((one) => comparable(one)),
      name,
    )
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, comparable(one, key)]))
}

function comparableText(text: string, name: string): string {
  if (name === 'epoch' || name === 'secret' || (name === 'more' && text.includes('.'))) return `some ${name}`
  if (UUID.test(text) && !ours.test(text)) return 'some id'
  return TIME.test(text) && Math.abs(Date.parse(text) - Date.now()) < NEAR_MS ? 'now' : text
}

/** Cards come in any order, and rooms, tokens and invites in that of the clock, which may stand still. */
const ANY_ORDER = ['users', 'rooms', 'roomIds', 'sessions', 'tokens', 'invites']

function inOrder(values: unknown[], name: string): unknown[] {
  if (!ANY_ORDER.includes(name)) return values
  return values
    .map((value) => [JSON.stringify(value), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, value]) => value)
}
