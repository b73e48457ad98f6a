/** The life of a server between its open storage and its stop. */

import { Chat, type Storage } from '@suda/core'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import { setUpCode } from './auth/set-up-code.ts'
import { Passwords } from './auth/passwords/passwords.ts'
import { SiteAddress } from './auth/site-address.ts'
import type { AppContext } from './context.ts'
import { drain } from './drain.ts'
import { superviseFeed } from './feed-supervisor.ts'
import { finish } from './finish.ts'
import { inboxPoster, type InboxPoster } from './inbox.ts'
import { Limits } from './limits/limits.ts'
import { SignInThrottle } from './limits/sign-in-throttle.ts'
import { listen } from './listen.ts'
import { createMetrics } from './metrics.ts'
import { ports } from './ports.ts'
import type { Nodes, SignalExchange } from './peers.ts'
import { operatorDoor } from './routes/cli.ts'
import { readOrMakeSecret } from './secret.ts'
import { removeServerFile, writeServerFile } from './server-file.ts'
import type { Settings } from './settings.ts'
import { sourcePoster, type PostSourceRows } from './sources.ts'
import { startHub } from './start-hub.ts'
import { VERSION } from './version.ts'

export interface ServingOptions extends Settings {
  readonly logger: Logger
}

/** A storage with what a server needs beside the port. */
export interface ServedStorage extends Storage {
  /** Where other programs write messages. */
  readonly inbox?: { start(post: InboxPoster): Promise<void> }
  /** Collections of theirs that are read as well. */
  readonly sources?: ServedSources
  /** Where other processes may serve the same site; absent where this one owns a data folder. */
  readonly nodes?: Nodes
  readonly signals?: SignalExchange
}

export interface ServedSources {
  start(post: PostSourceRows): Promise<void>
  /** To the end of what is there, and again for what was refused. @returns undefined: there is no such source */
  adopt(name: string, adoption: SourceAdoption): Promise<AdoptionProgress | undefined>
}

export interface SourceAdoption {
  readonly post: PostSourceRows
  readonly signal: AbortSignal
  readonly onProgress: (progress: AdoptionProgress) => void
  readonly onTrouble: (reason: string) => void
}

/** Numbers of documents. */
export interface AdoptionProgress {
  readonly looked: number
  readonly posted: number
  readonly refused: number
}

export interface Serving {
  /** Where it answers, for programs of this machine. */
  readonly url: string
  /** Where people make the first owner; absent once there is one. */
  readonly setUpUrl?: string
  /**
   * Leaves its streams to the other processes of the site, little by little, and goes on answering meanwhile; to be
   * called before `close`. Where there are none it does nothing.
   */
  drain(hurry: AbortSignal): Promise<void>
  /** Answers what has begun, tells all streams to come back later, and lets go of the storage. */
  close(): Promise<void>
}

/** How long a cursor from a process that is ahead of this one is waited for (DL2). */
const PARK_MS = 3_000
/** What `close` may take of the time that a stop has. */
const CLOSE_MS = 2_000

/** @throws StartError */
export async function startServing(storage: ServedStorage, options: ServingOptions): Promise<Serving> {
  const { logger } = options
  const stopping = new AbortController()
  const closed = new AbortController()
  const context = await createContext(storage, options, stopping.signal)
  const { chat, hub } = context
  const feeding = superviseFeed({ storage, hub, logger, stopping: closed.signal })
  storage.signals?.onTold((signals) => signals.forEach((signal) => hub.signal(signal)))
  await storage.inbox?.start(inboxPoster(chat, logger))
  await storage.sources?.start(sourcePoster(chat, options.sources ?? [], logger))

  const app = createApp(context)
  const owner = storage.nodes === undefined ? await ownFolder(app, chat, options) : undefined
  const url = `${await listen(app, options)}${new SiteAddress(options).prefix}`
  owner?.tell(url)
  await storage.nodes?.join()

  return {
    url,
    ...(!(await chat.site()).hasOwner && {
      setUpUrl: `${options.publicUrl ?? url}/set-up#${setUpCode(context.siteSecret)}`,
    }),
    async drain(hurry) {
      const withinMs = options.stopSeconds * 1_000 - CLOSE_MS
      if (storage.nodes === undefined || withinMs <= 0) return
      stopping.abort()
      await drain({ hub, nodes: storage.nodes, withinMs, hurry })
    },
    async close() {
      stopping.abort()
      closed.abort()
      owner?.leave()
      await finish(app, hub)
      await storage.close()
      await feeding.catch(() => {}) // which was told when it happened
    },
  }
}

/** Who owns a data folder lets the command line in; beside other processes that opens the database itself. */
async function ownFolder(app: FastifyInstance, chat: Chat, options: ServingOptions) {
  const { data } = options
  const secret = options.secret ?? readOrMakeSecret(data)
  await app.register(operatorDoor({ chat, secret, now: () => ports.now() }), {
    prefix: new SiteAddress(options).prefix,
  })
  return {
    tell: (url: string) => writeServerFile(data, { url, pid: process.pid }),
    leave: () => removeServerFile(data),
  }
}

async function createContext(
  storage: ServedStorage,
  options: ServingOptions,
  stopping: AbortSignal,
): Promise<AppContext> {
  const chat = new Chat(storage, ports)
  const { secret: siteSecret, site } = await storage.site()
  const hub = await startHub(storage, {
    siteId: site.id,
    onError: (error) => options.logger.error({ err: error }, 'A stream ended because of a fault of the server'),
    ...(storage.nodes !== undefined && { settings: { parkMs: PARK_MS } }),
  })
  return {
    chat,
    hub,
    storage,
    config: options,
    log: options.logger,
    build: VERSION,
    version: VERSION,
    siteId: site.id,
    siteSecret,
    passwords: new Passwords(),
    signIns: new SignInThrottle({ isOff: !options.rateLimits }),
    limits: new Limits(options),
    newId: () => ports.newId(),
    now: () => ports.now(),
    metrics: createMetrics({ storage, hub }),
    stopping,
    signal(signal) {
      hub.signal(signal)
      storage.signals?.tell(signal)
    },
  }
}
