/** All that a client needs for its first screen, and a room anew after a reset. */

import { formatCursor, type SyncAnswer } from '@suda/protocol'
import { syncAnswer, syncQuery } from '@suda/protocol/schemas'
import { ok } from '../answer.ts'
import { endpoint } from '../endpoint.ts'

export const getSync = endpoint(
  { summary: 'The state behind a cursor: everything, or some rooms', query: syncQuery, answers: { 200: syncAnswer } },
  async ({ context, query: { after, rooms: roomIds }, user }) => {
    const part = roomIds === undefined ? { ...(after !== undefined && { after }) } : { roomIds }
    const { epoch, position, ...state } = await context.chat.sync(user, part)
    const answer: SyncAnswer = { cursor: formatCursor(epoch, position), ...state }
    return ok(answer)
  },
)
