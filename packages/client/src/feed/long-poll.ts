/** The feed as single answers, for networks that hold streams back. */

import { formatCursor, parseCursor, type FeedAnswer } from '@suda/protocol'
import type { FeedEvent } from './feed-event.ts'

/** What a stream would have told. */
export function eventsOf({ changes, cursor, reset }: FeedAnswer): FeedEvent[] {
  const epoch = cursor === null ? undefined : parseCursor(cursor)?.epoch
  const events: FeedEvent[] = reset === undefined ? [] : [{ kind: 'reset', reset }]
  if (cursor === null || epoch === undefined) return events
  for (const change of changes) events.push({ kind: 'change', cursor: formatCursor(epoch, change.position), change })
  return [...events, { kind: 'heartbeat', cursor }]
}
