/** Two sites that differ by one private room answer everybody alike who may not know of it, byte for byte. */

import { expect, test } from 'vitest'
import { askAll, tryAll } from '../testing/access/all-asked.ts'
import { answerOf, type Heard } from '../testing/access/eavesdrop.ts'
import { heardBy, replaysOf, roomStreamsOf, streamsOf } from '../testing/access/hidden-streams.ts'
import type { Person } from '../testing/access/people.ts'
import { aTwin, HIDDEN_SLUG, type Twin } from '../testing/access/twin-worlds.ts'

const END = 'the end'

test(
  'with and without a private room every answer and every stream is the same for others',
  {
    timeout: 60_000,
  },
  async () => {
    const twins = await Promise.all([aTwin({ isHiding: false }), aTwin({ isHiding: true })])

    const [without, hiding] = await Promise.all(twins.map(heardInAll))

    expect(Object.keys(without ?? {})).toHaveLength(7)
    expect(hiding).toEqual(without)
  },
)

test('a member is answered otherwise, and so are admins by the audit, which is theirs to read', async () => {
  const [without, hiding] = await Promise.all([aTwin({ isHiding: false }), aTwin({ isHiding: true })])

  for (const path of ['/api/rooms', '/api/sync', '/api/feed?cursor=']) {
    expect(await asked(hiding, hiding.insider, path)).not.toEqual(await asked(without, without.insider, path))
  }
  for (const admin of ['admin', 'owner']) {
    const audit = (twin: Twin) => asked(twin, twin.actors[admin], '/api/audit?limit=200')
    expect(await audit(hiding)).not.toEqual(await audit(without))
  }
})

test('whether a slug is taken is told to everybody who may make a room', async () => {
  const [without, hiding] = await Promise.all([aTwin({ isHiding: false }), aTwin({ isHiding: true })])
  const room = { slug: HIDDEN_SLUG, name: 'Mine', visibility: 'public' }
  const make = ({ actors }: Twin) => actors['outsider']?.client.post('/api/rooms', room)

  expect(await make(without)).toMatchObject({ status: 201 })
  expect(await make(hiding)).toMatchObject({ status: 409, body: { code: 'taken' } })
})

async function heardInAll(twin: Twin): Promise<Record<string, readonly Heard[]>> {
  const all = Object.entries(twin.actors)
  const rooms = [twin.sought.lobby, twin.sought.roomId]
  const streams = await Promise.all(all.map(([, me]) => streamsOf(me, rooms)))
  await twin.liveOn()
  const live = await Promise.all(streams.map((some) => heardBy(some, END)))
  const later: Record<string, readonly Heard[]> = {}
  for (const [index, [name, me]] of all.entries()) {
    const heard = [...(live[index] ?? []), ...(await heardLater(twin, me, rooms))]
    later[name] = heard.filter(({ of }) => !of.includes('/api/audit')).map((one) => maskedBy(twin, one))
  }
  return later
}

async function heardLater({ sought }: Twin, me: Person, rooms: readonly string[]): Promise<Heard[]> {
  return [
    ...(await askAll(me, sought)),
    ...(await heardBy(await roomStreamsOf(me, rooms), END)),
    ...(await heardBy(await replaysOf(me, rooms, sought.start), END)),
    ...(await tryAll(me, sought)),
  ]
}

function maskedBy({ mask }: Twin, { bytes, of }: Heard): Heard {
  return { of: mask(of), bytes: mask(bytes) }
}

async function asked(twin: Twin, me: Person | undefined, path: string): Promise<Heard> {
  const from = path.endsWith('cursor=') ? twin.sought.start : ''
  const client = me?.client ?? twin.people.server.anyone
  return maskedBy(twin, await answerOf(client, 'GET', `${path}${from}`, { accept: 'application/json' }))
}
