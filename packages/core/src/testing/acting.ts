/** Commands as one actor, in short: rooms by slug, users by name, ids where a test does not care. */

import { ChatError, type Change, type Message, type SiteRole } from '@suda/protocol'
import type { Actor } from '../actor.ts'
import type { Chat } from '../chat.ts'
import type {
  ChangeRoom,
  ChangeUser,
  Command,
  CreateInvite,
  CreateRoom,
  CreateUser,
  PostMessage,
  PutMember,
  SetUp,
  SignUp,
} from '../commands.ts'
import type { Request } from '../execute.ts'
import type { Ports } from '../ports.ts'
import type { Storage } from '../storage/storage.ts'

export const SYSTEM: Actor = { kind: 'system', via: { kind: 'cli' } }
export const NEWCOMER: Actor = { kind: 'newcomer', via: { kind: 'session' } }

interface World {
  readonly chat: Chat
  readonly storage: Storage
  readonly ports: Ports
  readonly users: Map<string, { id: string; siteRole: SiteRole }>
  readonly slugs: Set<string>
}

type Settings = Omit<ChangeRoom, 'type' | 'room'>
type Position = Pick<PostMessage, 'replyTo' | 'threadId' | 'source'>

/** Each answers when the command is carried out and rejects with its refusal. */
export interface Acting {
  readonly actor: Actor
  /** Answers the changes. */
  do(command: Command, request?: Partial<Request>): Promise<Change[]>
  /** Answers the message as it is now. */
  postMessage(room: string, text: string, more?: Position & { readonly messageId?: string }): Promise<Message>
  editMessage(messageId: string, text: string, revision?: number): Promise<Message>
  deleteMessage(messageId: string): Promise<Message>
  createRoom(slug: string, more?: Partial<CreateRoom>): Promise<Change[]>
  changeRoom(room: string, settings: Settings): Promise<Change[]>
  deleteRoom(room: string): Promise<Change[]>
  putMember(room: string, user: string, role?: PutMember['role']): Promise<Change[]>
  removeMember(room: string, user: string): Promise<Change[]>
  moveRead(room: string, seq: number, force?: boolean): Promise<Change[]>
  createUser(username: string, siteRole?: SiteRole, more?: Partial<CreateUser>): Promise<Change[]>
  changeUser(username: string, more: Omit<ChangeUser, 'type' | 'user'>): Promise<Change[]>
  deleteUser(username: string, passwordHash?: string): Promise<Change[]>
  /** The password's hash is `NAME's password`, that of the session `NAME's session`. */
  setUp(username: string, more?: Partial<SetUp>): Promise<Change[]>
  signUp(username: string, more?: Partial<SignUp>): Promise<Change[]>
  /** Answers its id. */
  createInvite(codeHash: string, more?: Partial<CreateInvite>): Promise<string>
}

export function actingAs(actor: Actor, world: World): Acting {
  const { chat, storage, ports, users, slugs } = world
  const run: Acting['do'] = async (command, request = {}) => {
    const { changes } = await chat.execute(command, actor, { requestId: 'test', ...request })
    return changes.map(({ json }) => JSON.parse(json))
  }
  const message = async (id: string) => existing(await storage.message(id))

  return {
    actor,
    do: run,
    postMessage: async (room, text, { messageId = ports.newId(), ...more } = {}) => {
      await run({ type: 'postMessage', room, messageId, text, ...more })
      return message(messageId)
    },
    editMessage: async (messageId, text, revision) => {
      await run({ type: 'editMessage', messageId, text, ...(revision !== undefined && { revision }) })
      return message(messageId)
    },
    deleteMessage: async (messageId) => {
      await run({ type: 'deleteMessage', messageId })
      return message(messageId)
    },
    createRoom: async (slug, more = {}) => {
      const changes = await run({
        type: 'createRoom',
        roomId: ports.newId(),
        slug,
        name: slug,
        visibility: 'public',
        ...more,
      })
      slugs.add(slug.normalize('NFC'))
      return changes
    },
    changeRoom: (room, settings) => run({ type: 'changeRoom', room, ...settings }),
    deleteRoom: (room) => run({ type: 'deleteRoom', room }),
    putMember: (room, user, role) => run({ type: 'putMember', room, user, ...(role !== undefined && { role }) }),
    removeMember: (room, user) => run({ type: 'removeMember', room, user }),
    moveRead: (room, seq, force = false) => run({ type: 'moveRead', room, seq, force }),
    createUser: async (username, siteRole = 'member', more = {}) => {
      const userId = ports.newId()
      const user = { kind: 'human', username, displayName: username, siteRole, ...more } as const
      const changes = await run({ type: 'createUser', userId, ...user })
      users.set(username, { id: userId, siteRole })
      return changes
    },
    changeUser: async (user, { siteRole, suspended }) => {
      const changed = { ...(siteRole !== undefined && { siteRole }), ...(suspended !== undefined && { suspended }) }
      const changes = await run({ type: 'changeUser', user, ...changed })
      const known = users.get(user)
      if (known !== undefined && siteRole !== undefined) users.set(user, { ...known, siteRole })
      return changes
    },
    deleteUser: (user, passwordHash) =>
      run({ type: 'deleteUser', user, ...(passwordHash !== undefined && { passwordHash }) }),
    setUp: async (username, more = {}) => {
      const owner = arrivalOf(username, ports)
      const changes = await run({ type: 'setUp', siteName: 'Suda', ...owner, ...more })
      users.set(username, { id: owner.userId, siteRole: 'owner' })
      slugs.add('general')
      return changes
    },
    signUp: async (username, more = {}) => {
      const arrival = arrivalOf(username, ports)
      const changes = await run({ type: 'signUp', ...arrival, ...more })
      const record = await storage.user({ id: arrival.userId })
      users.set(username, { id: arrival.userId, siteRole: record?.user.siteRole ?? 'member' })
      return changes
    },
    createInvite: async (codeHash, more = {}) => {
      const inviteId = ports.newId()
      await run({ type: 'createInvite', inviteId, codeHash, ...more })
      return inviteId
    },
  }
}

function arrivalOf(username: string, ports: Ports) {
  const session = { sessionId: ports.newId(), secretHash: `${username}'s session` }
  return { userId: ports.newId(), username, displayName: username, passwordHash: `${username}'s password`, session }
}

function existing(message: Message | undefined): Message {
  if (message === undefined) throw new ChatError('not_found')
  return message
}
