/** Whether this server can do its work: for load balancers and supervisors. */

import type { StorageStatus } from '@suda/core'
import * as z from 'zod'
import type { AppContext } from '../context.ts'
import { openEndpoint } from '../endpoint.ts'
import { mayReadFigures } from '../may-read-figures.ts'

/** What was committed must be shown by then; it takes milliseconds while all is well. */
const LONGEST_LAG_MS = 5_000

const answer = z.object({
  status: z.enum(['ok', 'failing', 'stopping']),
  version: z.string(),
  storage: z.enum(['ok', 'storage_full', 'unavailable']).optional(),
  feed: z.object({ lagMs: z.number(), position: z.number() }).optional(),
  streams: z.number().optional(),
  erasing: z.number().optional(),
})

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
  const { fault, erasing, feedLagMs } = storage.status()
  const { streams, head } = hub.status()
  const lagMs = fault === 'unavailable' ? feedLagMs : await lagOf(head, storage, feedLagMs)
  return {
    status: stopping.aborted ? 'stopping' : statusOf(fault, lagMs),
    storage: fault ?? 'ok',
    feed: { lagMs, position: head },
    streams: streams.personal + streams.room,
    erasing,
  }
}

function statusOf(fault: StorageStatus['fault'], lagMs: number): Health['status'] {
  return fault === undefined && lagMs <= LONGEST_LAG_MS ? 'ok' : 'failing'
}

/** Of a feed that stands still it is the age of the first change that it did not bring. */
async function lagOf(head: number, storage: AppContext['storage'], whileFlowing: number): Promise<number> {
  const [missing] = await storage.changesAfter(head, 1)
  return missing === undefined ? whileFlowing : Math.max(0, Date.now() - missing.at)
}
