/** Private things hold words that stand nowhere else, and every byte that others are told is searched for them. */

import { expect, test } from 'vitest'
import { askAll, tryAll, type Sought } from '../testing/access/all-asked.ts'
import { wordsIn, type Heard } from '../testing/access/eavesdrop.ts'
import { heardBy, replaysOf, roomStreamsOf, streamsOf, tellEverybody } from '../testing/access/hidden-streams.ts'
import { aHiddenWorld, aWord, liveOn, ownThings, type HiddenWorld } from '../testing/access/hidden-world.ts'

/** What owners and admins are there to see, and where alone: who did what from which address, and accounts. */
const KNOWN_TO_ADMINS = [
  ...['roomId', 'inviteId', 'tokenId', 'address'].map((word) => `${word}: GET /api/audit?limit=200`),
  ...['locale', 'timeZone'].map((word) => `${word}: GET /api/accounts`),
]

/** Whoever was in the room knows its id, and is told by it that the membership is over. */
const KNOWN_TO_EX = ['GET', 'text/event-stream'].map((how) => `roomId: ${how} /api/feed?cursor`)

/** The exceptions, each word with where it may stand. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  admin: KNOWN_TO_ADMINS,
  owner: KNOWN_TO_ADMINS,
  ex: KNOWN_TO_EX,
}

/** Shown once or never: the insider cannot see it again either. */
const SHOWN_TO_NOBODY = [
  'email',
  'token',
  'tokenHash',
  'code',
  'codeHash',
  'sessionSecret',
  'sessionHash',
  'passwordHash',
  'salt',
]

test(
  'no word of a private room, nor of what others have, is told to whoever may not see it',
  {
    timeout: 60_000,
  },
  async () => {
    const world = await aHiddenWorld()
    const rooms = [world.lobby, world.roomId]
    const others = await Promise.all(
      Object.entries(world.actors).map(async ([name, me]) => ({ name, me, streams: await streamsOf(me, rooms) })),
    )
    const insiders = await streamsOf(world.insider, rooms)
    const sought = soughtIn(world)
    const seenAtFirst = await askAll(world.insider, sought)

    const lived = await liveOn(world)
    const secret = { ...world.roomWords, ...lived.words, ...lived.erased, ...(await ownThings(world)) }
    const end = await tellEverybody(world, [world.roomId])

    for (const { me, name, streams } of others) {
      const heard = [
        ...(await heardBy(streams, end)),
        ...(await heardBy(await replaysOf(me, rooms, world.start), end)),
        ...(await askAll(me, sought)),
        ...(await tryAll(me, sought)),
      ]
      const words = { ...secret, ...(name === 'guest' && { ghost: world.ghost.username }) }
      const known = KNOWN[name] ?? []
      expect([...new Set(wordsIn(heard, words).map(withoutPlace))].sort(), name).toEqual([...known].sort())
    }

    // The search finds what is there.
    const seen = [...seenAtFirst, ...(await heardBy(insiders, end)), ...(await askAll(world.insider, sought))]
    const found = new Set(wordsIn(seen, secret).map((told) => told.replace(/:.*/, '')))
    expect(Object.keys(secret).filter((name) => !found.has(name))).toEqual(SHOWN_TO_NOBODY)
  },
)

test(
  'what was edited away or deleted is told to nobody afterwards, nor to whoever joins later',
  {
    timeout: 60_000,
  },
  async () => {
    const world = await aHiddenWorld()
    const rooms = [world.lobby, world.roomId]
    const before = await streamsOf(world.late, [world.lobby])
    const { erased, words } = await liveOn(world)
    await world.insider.client.put(`/api/rooms/${world.roomId}/members/${world.late.userId}`, {})
    const end = await tellEverybody(world, [world.roomId])

    const heard: Heard[] = await heardBy(before, end)
    for (const person of [world.insider, world.late]) {
      heard.push(...(await askAll(person, soughtIn(world))))
      heard.push(...(await heardBy(await replaysOf(person, rooms, world.start), end)))
      heard.push(...(await heardBy(await roomStreamsOf(person, rooms), end)))
    }

    expect(wordsIn(heard, erased)).toEqual([])
    expect(wordsIn(heard, words)).not.toEqual([])
  },
)

test(
  'a room that turned private is told to its members alone from then on, and what it held before as well',
  {
    timeout: 60_000,
  },
  async () => {
    const world = await aHiddenWorld()
    const { insider, people } = world
    const { admin, ex, outsider } = world.actors
    const room = await people.addRoom(insider, { members: [ex] })
    const before = { open: aWord() }
    const messageId = await people.post(insider, room, before.open)
    await people.execute({ type: 'removeMember', room, user: 'me' }, ex.actor)
    await people.told()
    const streams = await Promise.all([admin, ex, outsider].map((me) => streamsOf(me, [world.lobby, room])))
    expect(wordsIn(await askAll(outsider, { ...soughtIn(world), roomId: room, messageId }), before)).not.toEqual([])

    await insider.client.patch(`/api/rooms/${room}`, { visibility: 'private' })
    const after = { name: aWord(), text: aWord(), topic: aWord() }
    await insider.client.patch(`/api/rooms/${room}`, { name: after.name, topic: after.topic })
    await people.post(insider, room, after.text)
    const end = await tellEverybody(world, [room])

    const live = await Promise.all(streams.map((some) => heardBy(some, end)))
    expect(wordsIn(live.flat(), after)).toEqual([])
    for (const me of [admin, ex, outsider]) {
      const heard = [
        ...(await askAll(me, { ...soughtIn(world), roomId: room, messageId })),
        ...(await heardBy(await replaysOf(me, [world.lobby, room], world.start), end)),
      ]
      expect(wordsIn(heard, { ...before, ...after })).toEqual([])
    }
    const inside = await heardBy(await replaysOf(insider, [room], world.start), end)
    expect(wordsIn(inside, { ...before, ...after })).not.toEqual([])
  },
)

function withoutPlace(told: string): string {
  return told.replace(/(cursor)=.*/, '$1')
}

function soughtIn({ actors, insider, late, lobby, messageId, roomId, roomWords, start }: HiddenWorld): Sought {
  const ids = [...Object.values(actors), insider, late].map(({ userId }) => userId)
  return { roomId, slug: roomWords.slug, messageId, lobby, start, ids: [...new Set(ids)] }
}
