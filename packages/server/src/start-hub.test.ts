import type { Storage } from '@suda/core'
import { formatCursor } from '@suda/protocol'
import { expect, test } from 'vitest'
import { aClient, type Answered, type Client } from './testing/a-client.ts'
import { openEvents } from './testing/open-events.ts'
import { startServer } from './testing/start-server.ts'

const reads = ['publicRooms', 'head', 'changesAfter', 'feed'] as const

test.each(reads)('nothing is lost or shown wrongly of what another process writes before %s is read', async (read) => {
  const first = await startServer()
  const [alice, bob, carol] = [await first.addUser('alice'), await first.addUser('bob'), await first.addUser('carol')]
  const owned = { owner: alice, members: [bob] }
  for (const slug of ['posted', 'closing', 'deleted']) await first.addRoom(slug, owned)
  for (const slug of ['opening', 'joined', 'left']) await first.addRoom(slug, { ...owned, private: true })
  const { epoch, position } = await first.storage.head()
  const { promise: written, resolve } = Promise.withResolvers<void>()
  const write = async () => {
    const answers = [
      await alice.post('/api/rooms/posted/messages', { text: 'now' }),
      await alice.patch('/api/rooms/closing', { visibility: 'private' }),
      await alice.delete('/api/rooms/deleted'),
      await alice.patch('/api/rooms/opening', { visibility: 'public' }),
      await alice.put('/api/rooms/joined/members/carol', {}),
      await alice.delete('/api/rooms/left/members/bob'),
    ]
    resolve()
    return answers
  }

  const second = await startServer({ storage: meddledWith(first.storage, read, write) })

  await written
  const { position: end } = await first.storage.head()
  await expect.poll(() => [first.hub.head, second.hub.head]).toEqual([end, end])
  expect(await readableTo(at(second.url, carol))).toEqual(['posted', 'opening', 'joined'])
  expect(await readableTo(at(second.url, bob))).toEqual(['posted', 'closing', 'opening', 'joined'])
  const cursor = formatCursor(epoch, position)
  for (const reader of [alice, bob, carol]) {
    expect(await missed(at(second.url, reader), cursor)).toEqual(await missed(reader, cursor))
  }
})

/** Of the rooms whose feeds the reader gets. */
async function readableTo(reader: Client): Promise<string[]> {
  const readable: string[] = []
  for (const room of ['posted', 'closing', 'deleted', 'opening', 'joined', 'left']) {
    const { response, ...events } = await openEvents(reader, `/api/rooms/${room}/feed`)
    if (!response.ok) continue
    const begun = await events.next().then(() => events.next())
    if (begun.event === 'messages') readable.push(room)
  }
  return readable
}

/** What the reader is told of all that came after the cursor. */
async function missed(client: Client, cursor: string): Promise<unknown> {
  const { body } = await client.get(`/api/feed?cursor=${cursor}`, { headers: { accept: 'application/json' } })
  expect(body.changes.length).toBeGreaterThan(0)
  return body
}

function at(url: string, client: Client): Client {
  return aClient(url, client)
}

/** The storage as a process sees it in whose way another one comes once. */
function meddledWith(storage: Storage, read: (typeof reads)[number], meddle: () => Promise<Answered[]>): Storage {
  let isDone = false
  const once = async (): Promise<void> => {
    if (isDone) return
    isDone = true
    for (const { status } of await meddle()) expect(status).toBeLessThan(300)
  }
  const changed = {
    publicRooms: async () => (await once(), storage.publicRooms()),
    head: async () => (await once(), storage.head()),
    changesAfter: async (position: number, limit: number) => (await once(), storage.changesAfter(position, limit)),
    async *feed(position: number) {
      await once()
      yield* storage.feed(position)
    },
  }
  return new Proxy(storage, {
    get: (target, name) => (name === read ? changed[read] : bound(target, Reflect.get(target, name))),
  })
}

function bound(target: object, value: unknown): unknown {
  return typeof value === 'function' ? value.bind(target) : value
}
