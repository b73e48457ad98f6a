/** The life of a server between its open storage and its stop. */

import { Chat, type Storage } from '@suda/core'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { createApp } from './app.ts'
import { superviseFeed } from './feed-supervisor.ts'
import { listen } from './listen.ts'
import { createMetrics } from './metrics.ts'
import { ports } from './ports.ts'
import { removeServerFile, writeServerFile } from './server-file.ts'
import type { Settings } from './settings.ts'
import { startHub } from './start-hub.ts'
import { VERSION } from './version.ts'

export interface ServingOptions extends Settings {
  readonly logger: Logger
}

export interface Serving {
  /** Where it answers, for programs of this machine. */
  readonly url: string
  readonly hasOwner: boolean
  /** Answers what has begun, tells all streams to come back later, and lets go of the storage. */
  close(): Promise<void>
}

/** @throws StartError */
export async function startServing(storage: Storage, options: ServingOptions): Promise<Serving> {
  const { logger, data } = options
  const chat = new Chat(storage, ports)
  const { site, hasOwner } = await chat.site()
  const hub = await startHub(storage, site.id)
  const stopping = new AbortController()
  const feeding = superviseFeed({ storage, hub, logger, stopping: stopping.signal })
  const app = await createApp({
    chat,
    hub,
    storage,
    config: options,
    log: logger,
    build: VERSION,
    version: VERSION,
    siteId: site.id,
    epoch: hub.epoch,
    newId: () => ports.newId(),
    now: () => ports.now(),
    metrics: createMetrics({ storage, hub }),
    stopping: stopping.signal,
  })
  const url = await listen(app, options)
  writeServerFile(data, { url, pid: process.pid })
  return {
    url,
    hasOwner,
    async close() {
      stopping.abort()
      removeServerFile(data)
      await finish(app, () => hub.shutdown())
      await storage.close()
      await feeding
    },
  }
}

/** No connection is taken any more; those that wait for nothing are closed, the others once they were answered. */
async function finish(app: FastifyInstance, endStreams: () => void): Promise<void> {
  const closed = app.close()
  endStreams()
  await closed
}
