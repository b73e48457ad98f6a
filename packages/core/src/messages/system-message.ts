/** Messages by which a room tells what happened to it, in the same commit directly after their cause. */

import type { SystemNote } from '@suda/protocol'
import type { Actor } from '../actor.ts'
import { BY_SYSTEM } from '../commands.ts'
import type { HandlerContext } from '../handler.ts'
import type { MessagePostedDraft } from '../storage/drafts.ts'

/** Nothing is told where the system itself acts: there is nobody who did it. */
export function systemMessage(
  roomId: string,
  actor: Actor,
  note: SystemNote,
  { ports }: Pick<HandlerContext, 'ports'>,
): MessagePostedDraft[] {
  if (actor.kind !== 'user') return []
  return [
    {
      type: 'message.posted',
      audience: [`room:${roomId}`],
      roomId,
      messageId: ports.newId(),
      message: { kind: 'system', authorId: actor.userId, via: BY_SYSTEM, text: '', mentions: [], system: note },
      bodyHash: '',
    },
  ]
}
