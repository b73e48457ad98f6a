/**
 * A client in small: a state, the cursor up to which it was served, and the rooms that were loaded anew since. What it is
 * sent is decided as the hub decides it: by audience and by what the reader may read (delivery.md, "Connecting").
 */

import { applyChange, joinsRoom, type Change, type CommittedChange, type State } from '@suda/protocol'
import type { ReadableRoom } from '../storage/records.ts'
import type { Storage } from '../storage/storage.ts'
import { readAgain } from './reader-state.ts'

export type Apply = (state: State, change: Change) => State

export interface Reader {
  readonly state: State
  readonly cursor: number
  /** Rooms looked at without being a member. */
  readonly looksAt: readonly string[]
  /** Of rooms that were loaded anew: what a change up to there tells is in them. */
  readonly asOf: Readonly<Record<string, number>>
}

export interface Rights {
  readonly isGuest: boolean
  /** By id. */
  readonly rooms: ReadonlyMap<string, ReadableRoom>
}

/** What the reader may be told now. */
export async function rightsOf(storage: Storage, reader: Reader): Promise<Rights> {
  const { me } = reader.state
  const { user, rooms } = await storage.readership(me.id)
  const looked = await Promise.all(reader.looksAt.map((roomId) => storage.readership(me.id, roomId)))
  return { isGuest: user?.siteRole === 'guest', rooms: byId([...looked.flatMap((one) => one.rooms), ...rooms]) }
}

/** Comes back with an old cursor and is told everything since then, under the rights of now. */
export async function catchUp(
  storage: Storage,
  reader: Reader,
  log: readonly CommittedChange[],
  apply: Apply = applyChange,
): Promise<Reader> {
  const rights = await rightsOf(storage, reader)
  const gained = [...rights.rooms.values()].filter((room) => room.since > reader.cursor && isShown(room, reader))
  let next = await reload(
    storage,
    reader,
    gained.map(({ roomId }) => roomId),
  )
  for (const change of log) {
    if (change.position > reader.cursor && isFor(change, next, rights))
      next = await receive(storage, next, change, apply)
  }
  return next
}

/** Is connected while the changes come, one by one; the rights follow them. */
export async function follow(
  storage: Storage,
  reader: Reader,
  before: Rights,
  changes: readonly CommittedChange[],
  apply: Apply = applyChange,
): Promise<Reader> {
  let rights = before
  let next = reader
  for (const change of changes) {
    const after = rightsAfter(rights, change, reader.state.me.id)
    const isByBefore = change.type === 'room.deleted' || losesReaders(change)
    if (isFor(change, next, isByBefore ? rights : after)) next = await receive(storage, next, change, apply)
    next = { ...next, cursor: change.position }
    rights = after
  }
  return next
}

async function receive(storage: Storage, reader: Reader, committed: CommittedChange, apply: Apply): Promise<Reader> {
  const { roomId, position } = committed
  if (roomId !== undefined && (reader.asOf[roomId] ?? 0) >= position) return reader
  const change = parse(committed)
  const state = apply(reader.state, change)
  // Nobody looks at a room any more that was lost, whatever becomes of it later.
  const next = { ...reader, state, looksAt: reader.looksAt.filter((id) => state.rooms[id] !== undefined) }
  return joinsRoom(reader.state, change) && roomId !== undefined ? reload(storage, next, [roomId]) : next
}

function isFor({ audience, roomId, type, position }: CommittedChange, reader: Reader, rights: Rights): boolean {
  const room = roomId === undefined ? undefined : rights.rooms.get(roomId)
  if (room !== undefined && position < room.since) return false
  return audience.some((one) => {
    if (one === 'server') return false
    if (one === 'site') return !rights.isGuest
    if (one === `user:${reader.state.me.id}`) return true
    if (!one.startsWith('room:') || room === undefined) return false
    return isShown(room, reader) && (room.deletedAt === undefined || type === 'room.deleted')
  })
}

function isShown(room: ReadableRoom, { looksAt }: Reader): boolean {
  return room.isMember || looksAt.includes(room.roomId)
}

async function reload(storage: Storage, reader: Reader, roomIds: readonly string[]): Promise<Reader> {
  if (roomIds.length === 0) return reader
  const { position } = await storage.head()
  const fresh = await readAgain(storage, reader.state, reader.looksAt)
  let { state, asOf } = reader
  for (const roomId of roomIds) {
    state = {
      ...state,
      rooms: anew(state.rooms, fresh.rooms, roomId),
      windows: anew(state.windows, fresh.windows, roomId),
      members: anew(state.members, fresh.members, roomId),
      users: { ...state.users, ...fresh.users },
    }
    asOf = { ...asOf, [roomId]: position }
  }
  return { ...reader, state, asOf }
}

function rightsAfter(rights: Rights, change: CommittedChange, me: string): Rights {
  const { roomId, position: since } = change
  if (change.type === 'profile.changed' && change.userId === me) return withRole(rights, change)
  if (roomId === undefined) return rights
  const rooms = new Map(rights.rooms)
  const known = rooms.get(roomId)
  if (change.type === 'room.deleted') rooms.delete(roomId)
  if (change.type === 'member.joined' && change.userId === me) rooms.set(roomId, { roomId, since, isMember: true })
  if (change.type === 'member.left' && change.userId === me) rooms.delete(roomId)
  if (losesReaders(change) && known?.isMember === false) rooms.delete(roomId)
  return { ...rights, rooms }
}

/** A guest reads the own rooms alone. */
function withRole({ rooms }: Rights, change: CommittedChange): Rights {
  const parsed = parse(change)
  const isGuest = parsed.type === 'profile.changed' && parsed.payload.user.siteRole === 'guest'
  return { isGuest, rooms: isGuest ? byId([...rooms.values()].filter(({ isMember }) => isMember)) : rooms }
}

function losesReaders(change: CommittedChange): boolean {
  const parsed = parse(change)
  return parsed.type === 'room.changed' && parsed.payload.room.visibility === 'private'
}

export function parse(change: CommittedChange): Change {
  return JSON.parse(change.json)
}

function byId(rooms: readonly ReadableRoom[]): ReadonlyMap<string, ReadableRoom> {
  return new Map(rooms.map((room) => [room.roomId, room]))
}

/** A room that the answer does not have is gone. */
function anew<T>(
  known: Readonly<Record<string, T>>,
  fresh: Readonly<Record<string, T>>,
  roomId: string,
): Record<string, T> {
  const { [roomId]: _known, ...others } = known
  const value = fresh[roomId]
  return value === undefined ? others : { ...others, [roomId]: value }
}
