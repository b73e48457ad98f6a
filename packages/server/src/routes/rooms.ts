/** Rooms: listing, making, changing, deleting. */

import type { RoomAnswer, RoomsAnswer } from '@suda/protocol'
import { changeRoomBody, createRoomBody, roomAnswer, roomsAnswer, roomsQuery } from '@suda/protocol/schemas'
import { created, NO_CONTENT, ok } from '../answer.ts'
import { endpoint, type User } from '../endpoint.ts'
import type { AppContext } from '../context.ts'
import { commandRequest } from '../idempotency.ts'
import { roomIn } from '../params.ts'
import { lastChange } from './committed.ts'

export const getRooms = endpoint(
  {
    summary: 'Rooms of the user; with `browse` also the public ones',
    query: roomsQuery,
    answers: { 200: roomsAnswer },
  },
  async ({ context, query, user }) => {
    const { more, rooms } = await context.chat.rooms(user, query)
    const answer: RoomsAnswer = { rooms, users: [], ...(more !== undefined && { more }) }
    return ok(answer)
  },
)

export const postRoom = endpoint(
  { summary: 'Makes a room, of which the user is the moderator', body: createRoomBody, answers: { 201: roomAnswer } },
  async ({ body, context, request, user }) => {
    const command = { type: 'createRoom', roomId: context.newId(), ...body } as const
    const committed = await context.chat.execute(command, user, commandRequest(request))
    // Of a repeated call the room is the one that the first call made.
    const roomId = lastChange(committed, 'room.created')?.payload.room.id ?? command.roomId
    return created(await answerWith(roomId, user, context))
  },
)

export const getRoom = endpoint(
  { summary: 'A room', answers: { 200: roomAnswer } },
  async ({ context, params, user }) => ok(await answerWith(roomIn(params), user, context)),
)

export const patchRoom = endpoint(
  { summary: 'Changes a room', body: changeRoomBody, answers: { 200: roomAnswer } },
  async ({ body, context, params, request, user }) => {
    const { id } = await context.chat.room(user, roomIn(params), 'changeRoom')
    await context.chat.execute({ type: 'changeRoom', room: id, ...body }, user, commandRequest(request))
    return ok(await answerWith(id, user, context))
  },
)

export const deleteRoom = endpoint(
  { summary: 'Deletes a room with all that it holds', answers: { 204: null } },
  async ({ context, params, request, user }) => {
    await context.chat.execute({ type: 'deleteRoom', room: roomIn(params) }, user, commandRequest(request))
    return NO_CONTENT
  },
)

async function answerWith(ref: string, user: User, { chat }: AppContext): Promise<RoomAnswer> {
  return { room: await chat.room(user, ref) }
}
