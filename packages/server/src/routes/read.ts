/** How far somebody has read. */

import { ChatError, type ReadAnswer } from '@suda/protocol'
import { moveReadBody, readAnswer } from '@suda/protocol/schemas'
import { ok } from '../answer.ts'
import type { AppContext } from '../context.ts'
import { endpoint, type User } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { roomIn } from '../params.ts'
import { lastChange } from './committed.ts'

export const putRead = endpoint(
  { summary: 'Moves the read position, backwards only with `force`', body: moveReadBody, answers: { 200: readAnswer } },
  async ({ body, context, params, request, user }) => {
    const room = roomIn(params)
    const command = { type: 'moveRead', room, seq: body.seq, force: body.force ?? false } as const
    const committed = await context.chat.execute(command, user, commandRequest(request))
    const answer: ReadAnswer = lastChange(committed, 'read.moved')?.payload ?? (await currentRead(room, user, context))
    return ok(answer)
  },
)

async function currentRead(room: string, user: User, { chat }: AppContext): Promise<ReadAnswer> {
  const { my } = await chat.room(user, room, 'moveRead')
  if (my === undefined) throw new ChatError('forbidden')
  return { seq: my.readSeq, ordinal: my.readOrdinal, revision: my.readRevision, unreadMentions: my.unreadMentions }
}
