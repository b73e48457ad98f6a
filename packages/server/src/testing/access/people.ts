/** People of every kind, made without HTTP and without hashing a password each time, so that there can be many of them. */

import { Chat, type Actor, type ActorOf, type Command } from '@suda/core'
import type { Scope, SiteRole, UserKind, Visibility } from '@suda/protocol'
import { uuidv7 } from 'uuidv7'
import { vi } from 'vitest'
import { Passwords } from '../../auth/passwords/passwords.ts'
import { hashSecret, newSecret } from '../../auth/secrets.ts'
import { ports } from '../../ports.ts'
import type { Client } from '../a-client.ts'
import { byCookie } from '../by-cookie.ts'
import type { TestServer } from '../start-server.ts'

/** Of everybody who has one. */
export const PASSWORD = 'three blue whales'

const system: Actor = { kind: 'system', via: { kind: 'cli' } }
const HOUR_MS = 3_600_000

export interface Person {
  readonly client: Client
  readonly userId: string
  readonly username: string
  readonly actor: ActorOf<'user'>
  /** Without a password. */
  readonly isBot: boolean
}

export interface NewPerson {
  readonly siteRole?: SiteRole
  readonly kind?: UserKind
  readonly username?: string
  readonly email?: string
}

export interface NewRoom {
  readonly members?: readonly Person[]
  readonly visibility?: Visibility
}

/** How somebody comes: with a session by password, with a token, or with a session by a token. */
export type Way =
  { readonly by: 'password' } | { readonly by: 'token' | 'session of token'; readonly scopes: readonly Scope[] }

export class People {
  readonly server: TestServer
  readonly #passwordHash: string

  private constructor(server: TestServer, passwordHash: string) {
    this.server = server
    this.#passwordHash = passwordHash
  }

  static async of(server: TestServer): Promise<People> {
    return new People(server, await new Passwords().hash(PASSWORD))
  }

  /** What changes the site is the position of it. */
  async position(): Promise<number> {
    return (await this.server.storage.head()).position
  }

  /** Until open streams know of all that was done. */
  async told(): Promise<void> {
    const position = await this.position()
    await vi.waitUntil(() => this.server.hub.head >= position, { interval: 1, timeout: 10_000 })
  }

  async execute(command: Command, actor: Actor = system): Promise<void> {
    await this.server.chat.execute(command, actor, { requestId: 'a-test' })
  }

  /** Somebody with a password, but for bots, and with a session. */
  async add({ email, kind = 'human', siteRole = 'member', username = aName('user') }: NewPerson = {}): Promise<Person> {
    const userId = uuidv7()
    const names = { userId, username, displayName: username, ...(email !== undefined && { email }) }
    const secret = kind === 'human' ? { passwordHash: this.#passwordHash } : {}
    await this.execute({ type: 'createUser', kind, siteRole, ...names, ...secret })
    const actor: ActorOf<'user'> = { kind: 'user', userId, siteRole, via: { kind: 'session' } }
    const person = { client: this.server.anyone, userId, username, actor, isBot: kind !== 'human' }
    return kind === 'human' ? this.coming(person, { by: 'password' }) : person
  }

  /** The same person by another way. */
  async coming(person: Person, way: Way): Promise<Person> {
    if (way.by === 'password') return { ...person, client: await this.#bySession(person) }
    const { token } = await this.addToken(person, way.scopes)
    const bearer = this.server.anyone.with({ authorization: `Bearer ${token}` })
    if (way.by === 'token') return { ...person, client: bearer }
    return { ...person, client: byCookie(this.server.anyone, await bearer.post('/api/sessions')) }
  }

  async addToken({ userId: user }: Person, scopes: readonly Scope[]): Promise<{ token: string; tokenId: string }> {
    const token = `suda_${newSecret()}`
    const tokenId = uuidv7()
    await this.execute({ type: 'createToken', user, tokenId, secretHash: hashSecret(token), label: 'test', scopes })
    return { token, tokenId }
  }

  /** Made an hour ago for half an hour. */
  async withDeadToken(person: Person): Promise<Person> {
    const anHourAgo = new Chat(this.server.storage, { ...ports, now: () => Date.now() - HOUR_MS })
    const token = `suda_${newSecret()}`
    const expiresAt = new Date(Date.now() - HOUR_MS / 2).toISOString()
    const made = { user: person.userId, tokenId: uuidv7(), secretHash: hashSecret(token), label: 'test', expiresAt }
    await anHourAgo.execute({ type: 'createToken', ...made, scopes: ['read', 'write'] }, system, { requestId: 'a' })
    return { ...person, client: this.server.anyone.with({ authorization: `Bearer ${token}` }) }
  }

  async suspend({ userId: user }: Person): Promise<void> {
    await this.execute({ type: 'changeUser', user, suspended: true })
  }

  /** Of a bot it is begun as with a token. */
  async addSession({ actor, isBot }: Person): Promise<{ secret: string; sessionId: string }> {
    const secret = newSecret()
    const session = { sessionId: uuidv7(), secretHash: hashSecret(secret) }
    const signIn = { type: 'signIn', passwordHash: this.#passwordHash, session } as const
    await this.execute(isBot ? { type: 'startSession', ...session } : signIn, actor)
    return { secret, sessionId: session.sessionId }
  }

  /** Of which the host is the moderator. */
  async addRoom(host: Person, room: NewRoom = {}): Promise<string> {
    const { members = [], visibility = 'public' } = room
    const roomId = uuidv7()
    const all = [
      { userId: host.userId, role: 'moderator' as const },
      ...members.map(({ userId }) => ({ userId, role: 'member' as const })),
    ]
    const slug = aName('room')
    await this.execute({ type: 'createRoom', roomId, slug, name: slug, visibility, members: all })
    return roomId
  }

  async post({ actor }: Pick<Person, 'actor'>, room: string, text = 'hello'): Promise<string> {
    const messageId = uuidv7()
    await this.execute({ type: 'postMessage', room, messageId, text }, actor)
    return messageId
  }

  async #bySession(person: Person): Promise<Client> {
    const { anyone, siteId } = this.server
    const { secret } = await this.addSession(person)
    const name = `suda_${siteId.replaceAll('-', '').slice(-8)}`
    return anyone.with({ cookie: `${name}=${secret}`, origin: new URL(anyone.url).origin })
  }
}

let names = 0

/** A name that nobody has yet. */
export function aName(what: string): string {
  names += 1
  return `${what}-${names}`
}
