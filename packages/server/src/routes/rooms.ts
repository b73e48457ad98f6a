/** Rooms: listing, making, changing, deleting. */

import type { RoomAnswer, RoomsAnswer } from '@suda/protocol'
import { changeRoomBody, createRoomBody, roomAnswer, roomsAnswer, roomsQuery } from '@suda/protocol/schemas'
import { created, NO_CONTENT, ok } from '../answer.ts'
import { endpoint } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { roomIn } from '../params.ts'
import { lastChange } from './committed.ts'
import { withCurrent } from './with-current.ts'

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
    context.limits.take('rooms', user.userId)
    const command = { type: 'createRoom', roomId: context.newId(), ...body } as const
    const committed = await context.chat.execute(command, user, commandRequest(request))
    // Of a repeated call the room is the one that the first call made.
    const roomId = lastChange(committed, 'room.created')?.payload.room.id ?? command.roomId
    return created({ room: await context.chat.room(user, roomId, 'createRoom') } satisfies RoomAnswer)
  },
)

export const getRoom = endpoint(
  { summary: 'A room', answers: { 200: roomAnswer } },
  async ({ context, params, user }) => ok({ room: await context.chat.room(user, roomIn(params)) } satisfies RoomAnswer),
)

export const patchRoom = endpoint(
  { summary: 'Changes a room', body: changeRoomBody, answers: { 200: roomAnswer } },
  async ({ body, context, params, request, user }) => {
    const { id } = await context.chat.room(user, roomIn(params), 'changeRoom')
    const current = () => context.chat.room(user, id, 'changeRoom')
    const command = { type: 'changeRoom', room: id, ...body } as const
    await withCurrent(context.chat.execute(command, user, commandRequest(request)), current)
    return ok({ room: await current() } satisfies RoomAnswer)
  },
)

export const deleteRoom = endpoint(
  { summary: 'Deletes a room with all that it holds', answers: { 204: null } },
  async ({ context, params, request, user }) => {
    await context.chat.execute({ type: 'deleteRoom', room: roomIn(params) }, user, commandRequest(request))
    return NO_CONTENT
  },
)
