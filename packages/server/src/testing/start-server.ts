/** A real server on a real storage of its own, that goes away with the test. */

import { Chat, type Actor, type Storage } from '@suda/core'
import { pumpFeed, type Hub, type HubSettings } from '@suda/hub'
import type { Scope, SiteRole } from '@suda/protocol'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { uuidv7 } from 'uuidv7'
import { onTestFinished } from 'vitest'
import { aStorage } from '../../../../testing/a-storage.ts'
import { createApp } from '../app.ts'
import { Passwords } from '../auth/passwords/passwords.ts'
import { hashSecret, newSecret } from '../auth/secrets.ts'
import type { AppConfig, AppContext } from '../context.ts'
import type { LimitSettings } from '../limits/limit-settings.ts'
import { Limits } from '../limits/limits.ts'
import { SignInThrottle } from '../limits/sign-in-throttle.ts'
import { ports } from '../ports.ts'
import { startHub } from '../start-hub.ts'
import { aClient, type Client } from './a-client.ts'

export interface ServerOptions {
  readonly config?: Partial<AppConfig>
  readonly hub?: Partial<HubSettings>
  /** None but those of open streams, unless given: a test is faster than people. */
  readonly limits?: Partial<LimitSettings>
  /** By which the limits are kept: milliseconds that never go back. */
  readonly now?: () => number
  readonly passwords?: Passwords
  /** Of the same site as another server of this test. */
  readonly storage?: Storage
}

export interface TestServer {
  readonly app: FastifyInstance
  readonly chat: Chat
  readonly hub: Hub
  readonly storage: Storage
  readonly siteId: string
  /** Where it listens, the prefix included. */
  readonly url: string
  /** What the log had to say above the level of information. */
  readonly logged: readonly string[]
  readonly addUser: (name: string, siteRole?: SiteRole) => Promise<Client>
  /** @param owner its moderator */
  readonly addRoom: (
    slug: string,
    options: { readonly owner: Client; readonly members?: readonly Client[]; readonly private?: true },
  ) => Promise<string>
  /** Somebody who asks with nothing. */
  readonly anyone: Client
}

const system: Actor = { kind: 'system', via: { kind: 'cli' } }
const request = { requestId: 'a-test' }

export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const storage = options.storage ?? (await aStorage())
  const chat = new Chat(storage, ports)
  const logged: string[] = []
  const context = await aContext(storage, chat, options, logged)
  const app = createApp(context)
  await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(async () => {
    const closed = app.close()
    context.hub.shutdown()
    await closed
  })
  const prefix = new URL(options.config?.publicUrl ?? 'http://localhost').pathname.replace(/\/$/, '')
  const address = app.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen')
  const url = `http://127.0.0.1:${address.port}${prefix}`
  return {
    app,
    chat,
    hub: context.hub,
    storage,
    siteId: context.siteId,
    url,
    logged,
    anyone: aClient(url, undefined),
    addUser: (name, siteRole = 'member') => addUser(chat, url, name, siteRole),
    async addRoom(slug, { owner, members = [], private: isPrivate }) {
      const roomId = uuidv7()
      const all = [
        { userId: owner.userId, role: 'moderator' as const },
        ...members.map(({ userId }) => ({ userId, role: 'member' as const })),
      ]
      const visibility = isPrivate ? 'private' : 'public'
      await chat.execute({ type: 'createRoom', roomId, slug, name: slug, visibility, members: all }, system, request)
      return roomId
    },
  }
}

async function aContext(storage: Storage, chat: Chat, options: ServerOptions, logged: string[]): Promise<AppContext> {
  const { secret: siteSecret, site } = await storage.site()
  const onError = (error: unknown) => void logged.push(String(error))
  const hub = await startHub(storage, { siteId: site.id, onError, ...(options.hub && { settings: options.hub }) })
  const replay = (position: number, limit: number) => storage.changesAfter(position, limit)
  // It ends when the storage is closed.
  void pumpFeed({ target: hub, feed: storage.feed(hub.head), replay }).catch(() => {})
  return {
    chat,
    hub,
    storage,
    config: { trustProxy: false, rateLimits: true, ...options.config },
    log: pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) }),
    build: 'test',
    version: '0.0.0',
    siteId: site.id,
    siteSecret,
    ...guards(options),
    newId: () => uuidv7(),
    now: () => Date.now(),
    metrics: {
      requestEnded: () => {},
      streamOpened: () => {},
      streamClosed: () => {},
      render: async () => ({ contentType: 'text/plain', text: '' }),
    },
    stopping: new AbortController().signal,
    signal: (signal) => hub.signal(signal),
  }
}

function guards({
  config,
  limits,
  now,
  passwords,
}: ServerOptions): Pick<AppContext, 'limits' | 'passwords' | 'signIns'> {
  const isHeld = limits !== undefined && config?.rateLimits !== false
  return {
    passwords: passwords ?? new Passwords(),
    signIns: new SignInThrottle({ isOff: !isHeld, ...(now !== undefined && { now }) }),
    limits: new Limits({ rateLimits: isHeld, ...limits }, now),
  }
}

async function addUser(chat: Chat, url: string, username: string, siteRole: SiteRole): Promise<Client> {
  const userId = uuidv7()
  const names = { username, displayName: username }
  await chat.execute({ type: 'createUser', userId, kind: 'human', siteRole, ...names }, system, request)
  return aClient(url, {
    userId,
    username,
    token: await addToken(chat, username),
    addToken: (scopes, expiresAt) => addToken(chat, username, scopes, expiresAt),
  })
}

async function addToken(
  chat: Chat,
  user: string,
  scopes: readonly Scope[] = ['read', 'write'],
  expiresAt?: string,
): Promise<string> {
  const token = `suda_${newSecret()}`
  const command = {
    type: 'createToken',
    user,
    tokenId: uuidv7(),
    secretHash: hashSecret(token),
    label: 'test',
    scopes,
  } as const
  await chat.execute({ ...command, ...(expiresAt !== undefined && { expiresAt }) }, system, request)
  return token
}
