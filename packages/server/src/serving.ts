/** The life of a server between its open storage and its stop. */

import { Chat, type Storage } from '@suda/core'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import { SiteAddress } from './auth/site-address.ts'
import type { AppContext } from './context.ts'
import { superviseFeed } from './feed-supervisor.ts'
import { finish } from './finish.ts'
import { inboxPoster, type PostRow } from './inbox.ts'
import { listen } from './listen.ts'
import { createMetrics } from './metrics.ts'
import { ports } from './ports.ts'
import { operatorDoor } from './routes/cli.ts'
import { readOrMakeSecret } from './secret.ts'
import { removeServerFile, writeServerFile } from './server-file.ts'
import type { Settings } from './settings.ts'
import { startHub } from './start-hub.ts'
import { VERSION } from './version.ts'

export interface ServingOptions extends Settings {
  readonly logger: Logger
}

/** A storage into which other programs may write messages as well. */
export interface ServedStorage extends Storage {
  readonly inbox: { start(post: PostRow): Promise<void> }
}

export interface Serving {
  /** Where it answers, for programs of this machine. */
  readonly url: string
  readonly hasOwner: boolean
  /** Answers what has begun, tells all streams to come back later, and lets go of the storage. */
  close(): Promise<void>
}

/** @throws StartError */
export async function startServing(storage: ServedStorage, options: ServingOptions): Promise<Serving> {
  const { data, logger } = options
  const stopping = new AbortController()
  const context = await createContext(storage, options, stopping.signal)
  const { chat, hub } = context
  const feeding = superviseFeed({ storage, hub, logger, stopping: stopping.signal })
  await storage.inbox.start(inboxPoster(chat, logger))

  const app = createApp(context)
  const { prefix } = new SiteAddress(options)
  const secret = options.secret ?? readOrMakeSecret(data)
  await app.register(operatorDoor({ chat, secret, now: () => ports.now() }), { prefix })
  const url = `${await listen(app, options)}${prefix}`
  writeServerFile(data, { url, pid: process.pid })

  return {
    url,
    hasOwner: (await chat.site()).hasOwner,
    async close() {
      stopping.abort()
      removeServerFile(data)
      await finish(app, hub)
      await storage.close()
      await feeding
    },
  }
}

async function createContext(storage: Storage, options: ServingOptions, stopping: AbortSignal): Promise<AppContext> {
  const chat = new Chat(storage, ports)
  const { site } = await chat.site()
  const hub = await startHub(storage, {
    siteId: site.id,
    onError: (error) => options.logger.error({ err: error }, 'A stream ended because of a fault of the server'),
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
    newId: () => ports.newId(),
    now: () => ports.now(),
    metrics: createMetrics({ storage, hub }),
    stopping,
  }
}
