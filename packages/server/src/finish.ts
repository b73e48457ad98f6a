/** Stopping the edge without losing what was begun (DL14). */

import { setTimeout as wait } from 'node:timers/promises'
import type { Hub } from '@suda/hub'
import type { FastifyInstance } from 'fastify'

/** Clients that neither read nor write are not waited for any longer. */
const PATIENCE_MS = 1_200

/** No connection is taken any more; those that wait for nothing close at once, the others when they were answered. */
export async function finish(app: FastifyInstance, hub: Hub): Promise<void> {
  const closed = app.close()
  hub.shutdown()
  const isDone = await Promise.race([closed.then(() => true), wait(PATIENCE_MS, false, { ref: false })])
  if (isDone) return
  app.server.closeAllConnections()
  await closed
}
