/** Messages of a room, and single ones. */

import {
  ChatError,
  formatCursor,
  type Message,
  type MessageAnswer,
  type MessagesAnswer,
  type PostAnswer,
} from '@suda/protocol'
import {
  editMessageBody,
  messageAnswer,
  messagesAnswer,
  messagesQuery,
  postAnswer,
  postMessageBody,
  threadQuery,
} from '@suda/protocol/schemas'
import { created, ok, type Answer } from '../answer.ts'
import type { AppContext } from '../context.ts'
import { endpoint } from '../endpoint.ts'
import { commandRequest, keyOf } from '../idempotency.ts'
import { messageIn, roomIn } from '../params.ts'
import { lastChange } from './committed.ts'
import { withCurrent } from './with-current.ts'

export const postMessage = endpoint(
  {
    summary: 'Posts a message; the same again changes nothing',
    body: postMessageBody,
    answers: { 200: postAnswer, 201: postAnswer },
    consumes: ['text/plain'],
    hasOwnIds: true,
  },
  async ({ body, context, params, request, user }) => {
    const { id, ...content } = body
    // Text without an id has only this header to be safely sent again with.
    const messageId = id ?? keyOf(request) ?? context.newId()
    const room = roomIn(params)
    context.limits.take(user.via.kind === 'token' ? 'tokenMessages' : 'messages', user.userId)
    // It is used up by those alone who may post there.
    context.limits.allow('roomMessages', room)
    const command = { type: 'postMessage', room, messageId, ...content } as const
    const committed = await context.chat.execute(command, user, { requestId: request.id })
    const posted = committed.repeated ? undefined : lastChange(committed, 'message.posted')
    if (posted === undefined) return repeated(messageId, context)
    context.limits.note('roomMessages', room)
    const { position, payload } = posted
    const answer: PostAnswer = { message: payload.message, cursor: formatCursor(context.hub.epoch, position) }
    return created(answer)
  },
)

/** The message as it is now, and the place where it was posted. */
async function repeated(messageId: string, context: AppContext): Promise<Answer> {
  const message = await asItIs(messageId, context)
  const position = (await context.storage.messageOrigin(messageId))?.position ?? context.hub.head
  const answer: PostAnswer = { message, cursor: formatCursor(context.hub.epoch, position) }
  return ok(answer)
}

/** For whom a command on it was admitted: a token that may only write is answered as well. */
async function asItIs(messageId: string, { storage }: AppContext): Promise<Message> {
  const message = await storage.message(messageId)
  if (message === undefined) throw new ChatError('not_found')
  return message
}

export const getMessages = endpoint(
  { summary: 'Messages of a room’s main view, ascending', query: messagesQuery, answers: { 200: messagesAnswer } },
  async ({ context, params, query, user }) => {
    const answer: MessagesAnswer = await context.chat.messages(user, roomIn(params), query)
    return ok(answer)
  },
)

export const getMessage = endpoint(
  { summary: 'A message', answers: { 200: messageAnswer } },
  async ({ context, params, user }) => {
    const answer: MessageAnswer = { message: await context.chat.message(user, messageIn(params)) }
    return ok(answer)
  },
)

export const getThread = endpoint(
  { summary: 'Replies below a message, ascending', query: threadQuery, answers: { 200: messagesAnswer } },
  async ({ context, params, query, user }) => {
    const answer: MessagesAnswer = await context.chat.thread(user, messageIn(params), query)
    return ok(answer)
  },
)

export const editMessage = endpoint(
  { summary: 'Gives a message another text', body: editMessageBody, answers: { 200: messageAnswer } },
  async ({ body, context, params, request, user }) => {
    const messageId = messageIn(params)
    const execution = context.chat.execute({ type: 'editMessage', messageId, ...body }, user, commandRequest(request))
    const committed = await withCurrent(execution, () => asItIs(messageId, context))
    const edited = lastChange(committed, 'message.edited')?.payload.message
    const answer: MessageAnswer = { message: edited ?? (await asItIs(messageId, context)) }
    return ok(answer)
  },
)

export const deleteMessage = endpoint(
  { summary: 'Takes a message back; its place stays', answers: { 200: messageAnswer } },
  async ({ context, params, request, user }) => {
    const messageId = messageIn(params)
    const committed = await context.chat.execute({ type: 'deleteMessage', messageId }, user, commandRequest(request))
    const deleted = lastChange(committed, 'message.deleted')?.payload.message
    const answer: MessageAnswer = { message: deleted ?? (await asItIs(messageId, context)) }
    return ok(answer)
  },
)
