/** Whether this server can do its work: for load balancers and supervisors. */

import { setTimeout as wait } from 'node:timers/promises'
import type { StorageStatus } from '@suda/core'
import * as z from 'zod'
import type { AppContext } from '../context.ts'
import { openEndpoint } from '../endpoint.ts'
import { mayReadFigures } from '../may-read-figures.ts'

/** What was committed must be shown by then; it takes milliseconds while all is well. */
const LONGEST_LAG_MS = 5_000
/** Whoever asks has little patience, and a database that does not answer has none to be waited for. */
const PATIENCE_MS = 1_000

const answer = z.object({
  status: z.enum(['ok', 'failing', 'stopping']),
  version: z.string(),
  storage: z.enum(['ok', 'storage_full', 'unavailable']).optional(),
  feed: z.object({ lagMs: z.number(), position: z.number() }).optional(),
  streams: z.number().optional(),
  erasing: z.number().optional(),
})

type Log = Pick<AppContext['storage'], 'changesAfter'>
type Health = z.output<typeof answer>

export const getHealth = openEndpoint(
  {
    summary: 'Whether the server can do its work',
    query: z.strictObject({ live: z.string().optional() }),
    answers: { 200: answer, 503: answer },
  },
  async ({ context, query, request, user }) => {
    const { status, ...details } = await examine(context)
    const isFine = status === 'ok' || query.live !== undefined
    const body = { status, version: context.version, ...(mayReadFigures(request, user) && details) }
    return { status: isFine ? 200 : 503, text: JSON.stringify(body) }
  },
)

async function examine({ hub, stopping, storage }: AppContext): Promise<Omit<Health, 'version'>> {
  const { erasing, fault: known, feedLagMs } = storage.status()
  const { streams, head } = hub.status()
  const missing = known === 'unavailable' ? undefined : await firstBehind(head, storage)
  const fault = missing === undefined ? 'unavailable' : known
  const standsForMs = missing?.sinceMs ?? 0
  return {
    status: stopping.aborted ? 'stopping' : statusOf(fault, standsForMs),
    storage: fault ?? 'ok',
    feed: { lagMs: missing?.sinceMs ?? feedLagMs, position: head },
    streams: streams.personal + streams.room,
    erasing,
  }
}

function statusOf(fault: StorageStatus['fault'], standsForMs: number): Health['status'] {
  return fault === undefined && standsForMs <= LONGEST_LAG_MS ? 'ok' : 'failing'
}

/**
 * How long ago the first change was stored that the feed did not bring.
 * @returns undefined where the storage does not answer
 */
async function firstBehind(head: number, storage: Log): Promise<{ readonly sinceMs?: number } | undefined> {
  const read = storage.changesAfter(head, 1).catch(() => undefined)
  const changes = await Promise.race([read, wait(PATIENCE_MS, undefined, { ref: false })])
  const first = changes?.[0]
  if (first !== undefined) return { sinceMs: Math.max(0, Date.now() - first.at) }
  return changes === undefined ? undefined : {}
}
