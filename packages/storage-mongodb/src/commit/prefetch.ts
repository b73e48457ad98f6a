/** Reads what a whole group will ask for in one round trip. What is missed here is read when it is asked for. */

import type { Draft, Precondition } from '@suda/core/storage'
import { memberId, retryId, takenId, type Id, type Name } from '../documents.ts'
import type { CommitRequest } from './requests.ts'
import type { WorkingSet } from './working-set.ts'

type Wanted = Map<Name, Set<Id>>

export async function prefetch(
  requests: readonly Pick<CommitRequest, 'drafts' | 'options'>[],
  docs: WorkingSet,
): Promise<void> {
  const wanted: Wanted = new Map()
  for (const { drafts, options } of requests) {
    const { idempotency, preconditions } = options
    if (idempotency !== undefined) want(wanted, 'retries', retryId(idempotency.actorId, idempotency.key))
    for (const precondition of preconditions) wantForPrecondition(precondition, wanted)
    for (const draft of drafts) wantForDraft(draft, wanted)
    if (!docs.trustsNewIds)
      for (const draft of drafts) if ('messageId' in draft) want(wanted, 'messages', draft.messageId)
  }
  await docs.loadAll(wanted)
}

function wantForPrecondition(precondition: Precondition, wanted: Wanted): void {
  if ('userId' in precondition) want(wanted, 'users', precondition.userId)
  if ('roomId' in precondition) want(wanted, 'rooms', precondition.roomId)
  if ('userId' in precondition && 'roomId' in precondition)
    want(wanted, 'members', memberId(precondition.roomId, precondition.userId))
  if (precondition.kind === 'session') want(wanted, 'sessions', precondition.sessionId)
  if (precondition.kind === 'token') want(wanted, 'tokens', precondition.tokenId)
  if (precondition.kind === 'invite') want(wanted, 'invites', precondition.inviteId)
}

function wantForDraft(draft: Draft, wanted: Wanted): void {
  if ('roomId' in draft && draft.type !== 'room.created') want(wanted, 'rooms', draft.roomId)
  if ('userId' in draft && draft.type !== 'user.created') want(wanted, 'users', draft.userId)
  if ('userId' in draft && 'roomId' in draft) want(wanted, 'members', memberId(draft.roomId, draft.userId))
  if ('messageId' in draft && draft.type !== 'message.posted') want(wanted, 'messages', draft.messageId)
  if (draft.type !== 'message.posted') return
  const { message, roomId, source } = draft
  want(wanted, 'users', message.authorId)
  for (const mention of message.mentions) if (mention.kind === 'user') want(wanted, 'users', mention.userId)
  want(wanted, 'members', memberId(roomId, message.authorId))
  if (message.threadId !== undefined) want(wanted, 'messages', message.threadId)
  if (source !== undefined) want(wanted, 'taken', takenId(source.source, source.sourceId))
}

function want(wanted: Wanted, name: Name, id: Id): void {
  const ids = wanted.get(name) ?? new Set()
  wanted.set(name, ids.add(id))
}
