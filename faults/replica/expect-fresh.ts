/** Whether a client's state is what the server answers anew: the snapshot, and the same windows and lists. */

import { deepStrictEqual } from 'node:assert/strict'
import { Chat } from '@suda/client'
import type { State, Window } from '@suda/protocol'
import { until } from '../kit/until.ts'

/** @throws Error with the difference as its cause, if it stays: a room may just be loaded anew */
export async function expectFresh(name: string, chat: Chat, url: string, token: string): Promise<void> {
  await until(`${name} has what the server has`, async () => {
    await compare(name, chat.state.data, url, token)
    return true
  })
}

async function compare(name: string, data: State | undefined, url: string, token: string): Promise<void> {
  if (data === undefined) throw new Error(`${name} has no state`)
  const other = new Chat({ url, token })
  const fresh = await readAnew(other, data)
  deepStrictEqual(comparable(data, fresh), comparable(fresh, fresh), `${name}'s state is not the server's`)
}

async function readAnew({ api }: Chat, known: State): Promise<State> {
  const { me, site, rooms } = await until('a snapshot', () => api.call('GET /api/sync'))
  const windows: Record<string, readonly Window[]> = {}
  const members: Record<string, State['members'][string]> = {}
  for (const [room, parts] of Object.entries(known.windows)) {
    windows[room] = await Promise.all(
      parts.map(async ({ messages }) => {
        const limit = Math.min(200, Math.max(1, messages.length))
        const page = await api.call('GET /api/rooms/{room}/messages', { path: { room }, query: { limit } })
        return { messages: page.messages, hasBefore: page.hasBefore, hasAfter: page.hasAfter }
      }),
    )
  }
  for (const room of Object.keys(known.members)) {
    members[room] = (await api.call('GET /api/rooms/{room}/members', { path: { room } })).members
  }
  const byId = Object.fromEntries(rooms.map((room) => [room.id, room]))
  return { me, site, rooms: byId, users: {}, windows, threads: {}, members }
}

/** Cards are not compared: one keeps those of people whom a snapshot no longer names. */
function comparable({ me, site, rooms, windows, members }: State, fresh: State): unknown {
  const newest = Object.entries(windows).map(([room, parts]) => {
    const count = fresh.windows[room]?.[0]?.messages.length ?? 0
    return [room, parts.map(({ messages, hasAfter }) => ({ messages: messages.slice(-count), hasAfter }))]
  })
  return JSON.parse(JSON.stringify({ me, site, rooms, windows: Object.fromEntries(newest), members }))
}
