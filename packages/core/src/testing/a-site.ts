/** A site for tests: users and rooms by name on a storage of its own that goes with the test. */

import type { Audience, Change, Message, Room, SiteRole } from '@suda/protocol'
import { aStorage } from '../../../../testing/a-storage.ts'
import type { Actor } from '../actor.ts'
import { Chat } from '../chat.ts'
import type { Storage } from '../storage/storage.ts'
import { actingAs, NEWCOMER, SYSTEM, type Acting } from './acting.ts'
import { commitDrafts } from './commit-drafts.ts'
import { hookedStorage } from './hooked-storage.ts'
import { testPorts } from './ports.ts'
import { waysIn, type WaysIn } from './ways-in.ts'

interface SitePlan {
  /** By slug. A list stands for a public room with these members. */
  readonly rooms?: Readonly<Record<string, readonly string[] | RoomPlan>>
  /** Members of the site, in no room. */
  readonly users?: readonly string[]
  /** Users with another site role than member; they may stand in rooms as well. */
  readonly roles?: Readonly<Record<string, SiteRole>>
}

interface RoomPlan {
  readonly private?: boolean
  readonly archived?: boolean
  readonly members?: readonly string[]
  readonly moderators?: readonly string[]
}

export interface TestSite extends WaysIn {
  readonly storage: Storage
  readonly chat: Chat
  /** Position of the newest change when the site was ready. */
  readonly headBefore: number
  /** Acts as a user, by default with a session's `via`. */
  as(username: string, more?: Partial<Extract<Actor, { kind: 'user' }>>): Acting
  /** Acts as the operator of the machine. */
  readonly system: Acting
  /** Acts as somebody without an account. */
  readonly newcomer: Acting
  /** Runs before the next commit of anybody, once. */
  readonly beforeNextCommit: (hook: () => Promise<unknown>) => void
  /** Mutes a member for an hour; no command does that yet. */
  mute(slug: string, username: string): Promise<void>
  suspend(username: string): Promise<unknown>
  /** Gives a user another display name. */
  introduce(username: string, displayName: string): Promise<unknown>
  /** So many days later than it is, or earlier, for all but the storage. */
  shiftClock(days: number): void
  head(): Promise<number>
  /** The id of a user, by name. */
  user(username: string): string
  /** The room as the user sees it; as a stranger without a name. */
  room(slug: string, username?: string): Promise<Room>
  /** The newest messages of the main view. */
  messages(slug: string): Promise<readonly Message[]>
  members(slug: string): Promise<readonly string[]>
  /** What was logged after a position. */
  changesAfter(position: number): Promise<Change[]>
  /** Every user, by name. */
  usernames(): readonly string[]
  /** Every room that was planned or created by name, by slug. */
  slugs(): readonly string[]
}

export async function aSite(plan: SitePlan = {}): Promise<TestSite> {
  const { storage, beforeNextCommit } = hookedStorage(await aStorage())
  const ports = testPorts()
  const chat = new Chat(storage, ports)
  const users = new Map<string, { id: string; siteRole: SiteRole }>()
  const slugs = new Set(Object.keys(plan.rooms ?? {}))
  const idOf = (name: string) => known(users.get(name), `user ${name}`).id
  const act = (actor: Actor) => actingAs(actor, { chat, storage, ports, users, slugs })
  const system = act(SYSTEM)
  const as: TestSite['as'] = (name, more) =>
    act({ kind: 'user', userId: idOf(name), siteRole: known(users.get(name), name).siteRole, via: SESSION, ...more })
  const roomOf = async (slug: string, username?: string) =>
    known(await storage.room(slug, username === undefined ? '' : idOf(username)), `room ${slug}`).room

  for (const [name, siteRole] of rolesOf(plan)) {
    await system.createUser(name)
    // Not as an owner: the first one's creation would bring a room along.
    if (siteRole !== 'member') await system.changeUser(name, { siteRole })
  }
  for (const [slug, room] of Object.entries(plan.rooms ?? {})) await build(slug, room, system, idOf)

  return {
    storage,
    chat,
    headBefore: (await storage.head()).position,
    as,
    ...waysIn({ chat, as, system, ports }),
    system,
    newcomer: act(NEWCOMER),
    beforeNextCommit,
    mute: async (slug, username) => {
      const [roomId, userId] = [(await roomOf(slug)).id, idOf(username)]
      const member = { mutedUntil: new Date(Date.now() + 3_600_000).toISOString() }
      const audience: Audience[] = [`room:${roomId}`, `user:${userId}`]
      await commitDrafts(storage, [{ type: 'member.changed', audience, roomId, userId, member }])
    },
    suspend: (username) => system.changeUser(username, { suspended: true }),
    introduce: (username, displayName) => as(username).do({ type: 'changeMe', displayName }),
    shiftClock: (days) => ports.shiftClock(days),
    head: async () => (await storage.head()).position,
    user: idOf,
    room: roomOf,
    messages: async (slug) => (await storage.messages((await roomOf(slug)).id, { limit: 200 })).messages,
    members: async (slug) => {
      const { members } = await storage.members((await roomOf(slug)).id, { limit: 200 })
      return [...users].filter(([, { id }]) => members.some(({ userId }) => userId === id)).map(([name]) => name)
    },
    changesAfter: async (position) => (await storage.changesAfter(position, 1000)).map(({ json }) => JSON.parse(json)),
    usernames: () => [...users.keys()],
    slugs: () => [...slugs],
  }
}

const SESSION = { kind: 'session' } as const

function rolesOf({ rooms = {}, users = [], roles = {} }: SitePlan): Map<string, SiteRole> {
  const inRooms = Object.values(rooms).flatMap((room) => ('length' in room ? room : [...namesIn(room)]))
  const members = [...inRooms, ...users].map((name): [string, SiteRole] => [name, 'member'])
  return new Map([...members, ...Object.entries(roles)])
}

function namesIn({ members = [], moderators = [] }: RoomPlan): readonly string[] {
  return [...members, ...moderators]
}

async function build(slug: string, plan: readonly string[] | RoomPlan, system: Acting, idOf: (name: string) => string) {
  const room: RoomPlan = 'length' in plan ? { members: plan } : plan
  const { members = [], moderators = [] } = room
  await system.createRoom(slug, {
    visibility: room.private === true ? 'private' : 'public',
    members: [
      ...moderators.map((name) => ({ userId: idOf(name), role: 'moderator' as const })),
      ...members.map((name) => ({ userId: idOf(name), role: 'member' as const })),
    ],
  })
  if (room.archived === true) await system.changeRoom(slug, { archived: true })
}

function known<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the site has no ${name}`)
  return value
}
