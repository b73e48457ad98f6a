/** Who sits in which column of the tables. */

import type { People, Person } from './people.ts'

type Make = (people: People) => Promise<Person>

const SCOPES = {
  read: ['read'],
  write: ['write'],
  both: ['read', 'write'],
  admin: ['admin', 'metrics'],
  all: ['read', 'write', 'admin', 'metrics'],
} as const

const bySession =
  (siteRole: 'guest' | 'member' | 'admin' | 'owner'): Make =>
  (people) =>
    people.add({ siteRole })

const byToken =
  (scopes: keyof typeof SCOPES, siteRole: 'member' | 'admin' = 'member'): Make =>
  async (people) =>
    people.coming(await people.add({ siteRole }), { by: 'token', scopes: SCOPES[scopes] })

const seats = {
  none: async (people) => ({ ...(await people.add()), client: people.server.anyone }),
  gone: async (people) => {
    const person = await people.add()
    await people.execute({ type: 'endSessions' }, person.actor)
    return person
  },
  dead: async (people) => people.withDeadToken(await people.add()),
  susp: async (people) => {
    const person = await byToken('both')(people)
    await people.suspend(person)
    // What would be the own is somebody else's: nothing can be made for somebody who is suspended.
    return { ...(await people.add()), client: person.client }
  },
  guest: bySession('guest'),
  memb: bySession('member'),
  admin: bySession('admin'),
  owner: bySession('owner'),
  bot: async (people) => people.coming(await people.add({ kind: 'bot' }), { by: 'token', scopes: SCOPES.both }),
  read: byToken('read'),
  write: byToken('write'),
  'by-r': async (people) => people.coming(await people.add(), { by: 'session of token', scopes: ['read'] }),
  rw: byToken('both', 'admin'),
  adm: byToken('admin', 'admin'),
  all: async (people) => {
    const person = await byToken('all', 'admin')(people)
    await people.execute({ type: 'changeUser', user: person.userId, siteRole: 'member' })
    return { ...person, actor: { ...person.actor, siteRole: 'member' } }
  },
} satisfies Record<string, Make>

const makers: Readonly<Record<string, Make>> = seats

/** By seat the column of the site's table, which are the same. */
export const siteColumns: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(seats).map((name) => [name, name]),
)

/** How somebody new comes to sit there. */
export function siteSeat(name: string): Make {
  const make = makers[name]
  if (make === undefined) throw new Error(`There is no seat “${name}”`)
  return make
}

export interface RoomSeat {
  readonly column: string
  readonly make: Make
  readonly relation: 'never' | 'ex' | 'member' | 'moderator'
}

const roomSeats: Readonly<Record<string, RoomSeat>> = Object.fromEntries([
  ...(['none', 'gone', 'dead'] as const).map((who) => seat(who, 'out', 'moderator', seats[who])),
  seat('susp', 'out', 'moderator', byToken('both')),
  ...relations('g', seats.guest, ['never', 'ex', 'member']),
  ...relations('m', seats.memb, ['never', 'ex', 'member', 'moderator']),
  ...relations('a', seats.admin, ['never', 'member']),
  ...relations('o', seats.owner, ['never', 'member']),
  ...relations('b', seats.bot, ['never', 'member']),
  seat('r', 'r', 'moderator', seats.read),
  seat('by-r', 'r', 'moderator', seats['by-r']),
  seat('w', 'w', 'moderator', seats.write),
])

/** By seat the column of the rooms' tables, of which two have several seats. */
export const roomColumns: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(roomSeats).map(([name, { column }]) => [name, column]),
)

export function roomSeat(name: string): RoomSeat {
  const found = roomSeats[name]
  if (found === undefined) throw new Error(`There is no seat “${name}”`)
  return found
}

function relations(letter: string, make: Make, all: readonly RoomSeat['relation'][]): [string, RoomSeat][] {
  const marks = { never: '', ex: '-', member: '+', moderator: '*' } as const
  return all.map((relation) => seat(`${letter}${marks[relation]}`, `${letter}${marks[relation]}`, relation, make))
}

function seat(name: string, column: string, relation: RoomSeat['relation'], make: Make): [string, RoomSeat] {
  return [name, { column, make, relation }]
}
