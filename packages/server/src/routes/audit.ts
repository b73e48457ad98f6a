/** Who did what: for owners and admins. */

import type { AuditAnswer } from '@suda/protocol'
import { auditAnswer, auditQuery } from '@suda/protocol/schemas'
import { ok } from '../answer.ts'
import { endpoint } from '../endpoint.ts'

export const getAudit = endpoint(
  { summary: 'Who did what, when, by which way, newest first', query: auditQuery, answers: { 200: auditAnswer } },
  async ({ context: { chat }, query, user }) => {
    const { actor, limit, ...bounds } = query
    const page = { ...bounds, limit: limit + 1, ...(actor !== undefined && { actorId: actor }) }
    const found = await chat.audit(user, page)
    const entries = found.slice(0, limit)
    const named = entries.flatMap(({ actorId, userId }) => [actorId, userId]).filter((id) => id !== undefined)
    const answer: AuditAnswer = { entries, users: await chat.sideLoaded(named), hasMore: found.length > limit }
    return ok(answer)
  },
)
