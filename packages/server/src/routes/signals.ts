/** What is told to open streams and kept nowhere, and what a stream is told beside its own rooms. */

import { ChatError } from '@suda/protocol'
import { watchBody } from '@suda/protocol/schemas'
import { NO_CONTENT } from '../answer.ts'
import { endpoint } from '../endpoint.ts'
import { named, roomIn } from '../params.ts'

const TYPING_MS = 6_000

export const postTyping = endpoint(
  { summary: 'Tells the room that the user is typing', answers: { 204: null } },
  async ({ context, params, user }) => {
    const { id: roomId } = await context.chat.room(user, roomIn(params), 'signalTyping')
    context.limits.take('typing', `${user.userId} ${roomId}`)
    context.signal({ kind: 'typing', roomId, userId: user.userId, forMs: TYPING_MS })
    return NO_CONTENT
  },
)

export const putWatch = endpoint(
  { summary: 'Rooms that a stream tells of although the user is no member', body: watchBody, answers: { 204: null } },
  async ({ body, context, params, user }) => {
    const result = context.hub.watch({ streamId: named(params, 'stream'), userId: user.userId, roomIds: body.rooms })
    switch (result) {
      case 'done':
        return NO_CONTENT
      case 'unknown_stream':
      case 'unreadable_room':
        throw new ChatError('not_found')
      case 'too_many':
        throw new ChatError('validation_failed')
    }
  },
)
