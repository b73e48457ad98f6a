/**
 * What one reader knows, and the cursor up to which it was told (DL8). It asks nobody: what must be loaded it names, and
 * what was loaded is given to it. Nothing here waits, so state and cursor always belong together.
 */

import {
  applyChanges,
  CHANGES,
  joinsRoom,
  parseCursor,
  type Change,
  type Room,
  type State,
  type SyncAnswer,
  type UserCard,
} from '@suda/protocol'
import { byId, without, withoutLists, withUsers } from './records.ts'

/** As it is kept between two visits. */
export interface SavedReplica {
  readonly state: State
  readonly cursor: string
  /** Rooms that have to be loaded anew before anything of them can be believed. */
  readonly stale: readonly string[]
  /** Of rooms that were loaded anew: what a change up to there tells is in them. */
  readonly asOf: Readonly<Record<string, number>>
}

/** Something that is being loaded while changes go on. */
export interface Load {
  readonly roomId: string
  /** What came meanwhile: the answer may have been read before it. */
  readonly meanwhile: Change[]
  /** The room itself was loaded anew meanwhile, so this answer may be of before. */
  isVoid: boolean
}

export class Replica {
  #state: State | undefined
  #cursor: string | undefined
  #position = 0
  #stale = new Set<string>()
  #held = new Map<string, Change[]>()
  #asOf = new Map<string, number>()
  /** Rooms of which the windows, threads and members are of before the room was loaded anew. */
  #outdated = new Set<string>()
  readonly #loads = new Set<Load>()

  get state(): State | undefined {
    return this.#state
  }

  get cursor(): string | undefined {
    return this.#cursor
  }

  /** Rooms that must be loaded anew and are not being loaded. */
  get stale(): readonly string[] {
    return [...this.#stale].filter((roomId) => !this.#held.has(roomId))
  }

  /** As it stands now; undefined while there is nothing that could be gone on from. */
  save(): SavedReplica | undefined {
    const [state, cursor] = [this.#state, this.#cursor]
    if (state === undefined || cursor === undefined) return undefined
    const known = [...this.#outdated, ...this.#stale].reduce(withoutLists, state)
    return { state: known, cursor, stale: [...this.#stale], asOf: Object.fromEntries(this.#asOf) }
  }

  restore({ state, cursor, stale, asOf }: SavedReplica): void {
    this.#begin(state, cursor)
    this.#stale = new Set(stale)
    this.#asOf = new Map(Object.entries(asOf))
  }

  /**
   * A whole snapshot in the place of everything.
   * @param pages of one snapshot; the smallest cursor counts, since what came between is told again
   */
  begin(pages: readonly SyncAnswer[]): void {
    const [first] = pages
    if (first === undefined) return
    const { site, me } = first
    const rooms = byId(pages.flatMap((page) => page.rooms))
    const users = byId(pages.flatMap((page) => page.users))
    const cursors = pages.map(({ cursor }) => cursor).sort((a, b) => positionOf(a) - positionOf(b))
    this.#begin({ me, site, rooms, users, windows: {}, threads: {}, members: {} }, cursors[0] ?? first.cursor)
  }

  /** Drops the cursor: nothing is believed of what comes until `begin`. What is shown stays. */
  suspend(): void {
    this.#cursor = undefined
  }

  clear(): void {
    this.#state = undefined
    this.#cursor = undefined
    this.#voidLoads(() => true)
  }

  /**
   * Takes changes in their order; what was told before is passed over.
   * @returns those that were not
   */
  take(told: readonly { readonly change: Change; readonly cursor: string }[]): readonly Change[] {
    const taken: Change[] = []
    let run: Change[] = []
    for (const { change, cursor } of told) {
      if (this.#cursor === undefined || change.position <= this.#position) continue
      this.#moveTo(cursor, change.position)
      taken.push(change)
      if (!this.#isToBeApplied(change)) continue
      // Whether it is a room that one enters depends on all that came before.
      if (change.type === 'member.joined') {
        this.#apply(run)
        run = []
      }
      if (!this.#isEntered(change)) run.push(change)
    }
    this.#apply(run)
    return taken
  }

  /** Everything up to there was told. */
  arriveAt(cursor: string): void {
    const position = positionOf(cursor)
    if (this.#cursor !== undefined && position > this.#position) this.#moveTo(cursor, position)
  }

  /** What is known of the room cannot be believed any more. */
  markStale(roomId: string): void {
    this.#stale.add(roomId)
    // An answer that is on its way may have been read before this.
    this.#held.delete(roomId)
  }

  /** From now on the rooms' changes are held back, for `putRooms`. */
  beginRooms(roomIds: readonly string[]): void {
    for (const roomId of roomIds) this.#held.set(roomId, [])
  }

  /** They could not be loaded, and are as stale as before. */
  giveUpRooms(roomIds: readonly string[]): void {
    for (const roomId of roomIds) this.#held.delete(roomId)
  }

  /** @returns whether the answer was of the same log; otherwise nothing was done */
  putRooms(roomIds: readonly string[], { cursor, rooms, users }: SyncAnswer): boolean {
    const at = parseCursor(cursor)
    if (this.#state === undefined || at?.epoch !== parseCursor(this.#cursor ?? '')?.epoch) return false
    const answered = byId(rooms)
    for (const roomId of roomIds) {
      const held = this.#held.get(roomId)
      if (held === undefined) continue // marked as stale again meanwhile
      this.#putRoom(roomId, answered[roomId], users)
      this.#asOf.set(roomId, at?.position ?? 0)
      this.#held.delete(roomId)
      this.#stale.delete(roomId)
      const later = held.filter(({ position }) => position > (at?.position ?? 0))
      if (!later.some((change) => this.#isEntered(change))) this.#apply(later)
    }
    return true
  }

  beginLoad(roomId: string): Load {
    const load: Load = { roomId, meanwhile: [], isVoid: false }
    this.#loads.add(load)
    return load
  }

  endLoad(load: Load): void {
    this.#loads.delete(load)
  }

  /**
   * Puts what was loaded into the state, and what came meanwhile on top.
   * @returns false if it must be loaded again: the room was loaded anew meanwhile
   */
  put(load: Load, insert: (state: State) => State): boolean {
    this.#loads.delete(load)
    if (this.#state === undefined || load.isVoid) return false
    if (this.#state.rooms[load.roomId] === undefined) return true
    this.#state = applyChanges(insert(this.#state), load.meanwhile)
    return true
  }

  /** Whether the lists of the room are of before it was loaded anew: they are to be loaded again, or let go of. */
  isOutdated(roomId: string): boolean {
    return this.#outdated.has(roomId)
  }

  trustLists(roomId: string): void {
    this.#outdated.delete(roomId)
  }

  /** Lets go of the windows, threads and members of a room. */
  forgetLists(roomId: string): void {
    this.#outdated.delete(roomId)
    this.change((state) => withoutLists(state, roomId))
  }

  /** Something of our own making, such as letting go of a window that nobody looks at. */
  change(edit: (state: State) => State): void {
    if (this.#state !== undefined) this.#state = edit(this.#state)
  }

  #begin(state: State, cursor: string): void {
    this.#state = state
    this.#stale.clear()
    this.#held.clear()
    this.#asOf.clear()
    this.#outdated.clear()
    this.#voidLoads(() => true)
    this.#cursor = cursor
    this.#position = positionOf(cursor)
  }

  #moveTo(cursor: string, position: number): void {
    this.#cursor = cursor
    this.#position = position
    for (const [roomId, asOf] of this.#asOf) if (asOf <= position) this.#asOf.delete(roomId)
  }

  /** By a change that tells nothing of the room: it must be loaded. */
  #isEntered(change: Change): boolean {
    if (this.#state === undefined || change.roomId === undefined || !joinsRoom(this.#state, change)) return false
    this.#stale.add(change.roomId)
    return true
  }

  #isToBeApplied(change: Change): boolean {
    const { roomId } = change
    if (roomId === undefined) return true
    // Of a newer server. What it does to the room only a load can tell.
    if (!Object.hasOwn(CHANGES, change.type)) {
      this.#stale.add(roomId)
      return false
    }
    if ((this.#asOf.get(roomId) ?? 0) >= change.position) return false
    this.#held.get(roomId)?.push(change)
    return !this.#stale.has(roomId)
  }

  #apply(changes: readonly Change[]): void {
    if (this.#state === undefined || changes.length === 0) return
    for (const load of this.#loads) load.meanwhile.push(...changes.filter(({ roomId }) => roomId === load.roomId))
    this.#state = applyChanges(this.#state, changes)
  }

  /** Lists of before stay to be looked at until they are loaded anew (`Loader`), but not those of a room that is gone. */
  #putRoom(roomId: string, room: Room | undefined, users: readonly UserCard[]): void {
    this.#voidLoads((load) => load.roomId === roomId)
    if (room === undefined) {
      this.forgetLists(roomId)
      this.change((state) => ({ ...state, rooms: without(state.rooms, roomId) }))
      return
    }
    this.#outdated.add(roomId)
    this.change((state) => ({ ...withUsers(state, users), rooms: { ...state.rooms, [roomId]: room } }))
  }

  #voidLoads(isVoid: (load: Load) => boolean): void {
    for (const load of this.#loads) if (isVoid(load)) load.isVoid = true
  }
}

function positionOf(cursor: string): number {
  return parseCursor(cursor)?.position ?? 0
}
