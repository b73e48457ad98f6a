/** A room for one cell: the asker in its relation, a mate, a message of each, and a way in. */

import { uuidv7 } from 'uuidv7'
import { hashSecret, newSecret } from '../../auth/secrets.ts'
import { openEvents } from '../open-events.ts'
import type { NewRoom, People, Person } from './people.ts'
import type { RoomCase } from './room-calls.ts'
import { roomSeat, type RoomSeat } from './seats.ts'

export interface RoomKind {
  readonly visibility: NonNullable<NewRoom['visibility']>
  readonly isArchived: boolean
}

/** What all rooms of a test share. */
export interface Surroundings {
  readonly people: People
  readonly host: Person
  readonly mate: Person
  readonly other: Person
}

export async function surroundings(people: People): Promise<Surroundings> {
  const [host, mate, other] = await Promise.all([people.add(), people.add(), people.add()])
  return { people, host, mate, other }
}

/** Somebody in a seat, with an open feed. */
export interface Sitter {
  readonly me: Person
  readonly relation: RoomSeat['relation']
  readonly streamId: string
  readonly isSuspended: boolean
}

/** @returns who sits in a seat, the same person each time */
export function roomSitters(people: People): (seat: string) => Promise<Sitter> {
  const known = new Map<string, Sitter>()
  return async (name) => {
    const sitter = known.get(name) ?? (await sit(people, name))
    known.set(name, sitter)
    return sitter
  }
}

async function sit(people: People, name: string): Promise<Sitter> {
  const { column, make, relation } = roomSeat(name)
  const me = await make(people)
  // Nobody else could have a stream.
  const hasFeed = column !== 'out' && column !== 'w'
  const streamId = hasFeed ? (await (await openEvents(me.client, '/api/feed')).next()).data.streamId : uuidv7()
  return { me, relation, streamId, isSuspended: name === 'susp' }
}

export async function aRoomCase(
  { host, mate, other, people }: Surroundings,
  { isSuspended, me, relation, streamId }: Sitter,
  { isArchived, visibility }: RoomKind,
): Promise<RoomCase> {
  const moderator = relation === 'moderator' ? me : host
  const members = { never: [mate], ex: [me, mate], member: [me, mate], moderator: [host, mate] }[relation]
  const roomId = await people.addRoom(moderator, { members, visibility })
  const code = newSecret()
  const invite = { inviteId: uuidv7(), codeHash: hashSecret(code), room: roomId, role: 'guest' } as const
  const [messageId, ownMessageId] = await Promise.all([
    people.post(mate, roomId),
    relation === 'never' ? '' : people.post(me, roomId),
    people.execute({ type: 'createInvite', ...invite }, moderator.actor),
  ])
  if (relation === 'ex') await people.execute({ type: 'removeMember', room: roomId, user: 'me' }, me.actor)
  if (isArchived) await people.execute({ type: 'changeRoom', room: roomId, archived: true })
  if (isSuspended) await people.suspend(me)
  await people.told()
  return { people, me, roomId, mate, messageId, ownMessageId, code, streamId, other }
}
