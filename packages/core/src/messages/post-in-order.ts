/** Several messages at once, as if each were posted when the one before it was stored. */

import { ChatError, type ErrorCode } from '@suda/protocol'
import { admit } from '../access.ts'
import type { Actor } from '../actor.ts'
import type { PostMessage } from '../commands.ts'
import { commit, type Execution, type Request } from '../execute.ts'
import type { Plan } from '../handler.ts'
import type { Committed } from '../storage/storage.ts'
import { postMessage } from './post-message.ts'

export interface Post {
  readonly command: PostMessage
  readonly actor: Actor
  readonly request: Request
}

/** What may be over in a moment; the bugs are not in the list of refusals either. */
const PASSING: readonly ErrorCode[] = ['unavailable', 'storage_full', 'rate_limited', 'internal']

/**
 * They are decided together and handed to the storage in one turn, so that it can store them at once. None behind one
 * that cannot be decided now is begun; it fails for the same reason.
 * @param prepare of each, which may refuse it
 * @returns what became of each
 */
export async function postInOrder(
  prepare: readonly (() => Promise<Post>)[],
  context: Execution,
): Promise<readonly PromiseSettledResult<Committed>[]> {
  const planned = await Promise.allSettled(prepare.map((one) => plan(one, context)))
  const stop = planned.findIndex((one) => one.status === 'rejected' && !isRefusal(one.reason))
  const begun = stop < 0 ? planned : planned.slice(0, stop)
  const settled = await Promise.allSettled(begun.map((one) => store(one, context)))
  const stopped = planned[stop]
  return stopped?.status === 'rejected' ? [...settled, ...planned.slice(stop).map(() => stopped)] : settled
}

async function plan(prepare: () => Promise<Post>, context: Execution): Promise<Post & { readonly plan: Plan }> {
  const post = await prepare()
  admit('postMessage', post.actor)
  return { ...post, plan: await postMessage(post.command, post.actor, context) }
}

/** Its part that runs at once calls the storage: that is what keeps the order. */
function store(
  planned: PromiseSettledResult<Post & { readonly plan: Plan }>,
  { storage }: Execution,
): Promise<Committed> {
  if (planned.status === 'rejected') return Promise.reject(planned.reason)
  const { actor, plan: decided, request } = planned.value
  if (decided.drafts.length === 0) return Promise.resolve({ changes: [], repeated: true })
  return commit(decided, actor, request, storage)
}

function isRefusal(reason: unknown): boolean {
  return reason instanceof ChatError && !PASSING.includes(reason.code)
}
