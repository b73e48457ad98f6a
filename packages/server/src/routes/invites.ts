/** Invites: made by those who are in, looked at and used by those who have the link. */

import type { InvitesAnswer, NewInviteAnswer, RoomAnswer } from '@suda/protocol'
import {
  createInviteBody,
  invitePreviewAnswer,
  invitesAnswer,
  newInviteAnswer,
  roomAnswer,
} from '@suda/protocol/schemas'
import { created, NO_CONTENT, ok } from '../answer.ts'
import { clientAddress } from '../auth/client-address.ts'
import { hashSecret } from '../auth/secrets.ts'
import { endpoint, openEndpoint } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { newInvite } from '../operator/new-invite.ts'
import { named } from '../params.ts'
import { lastChange } from './committed.ts'

export const getInvites = endpoint(
  { summary: 'The own invites, for admins those of all, newest first, 500 at most', answers: { 200: invitesAnswer } },
  async ({ context, user }) => {
    const invites = await context.chat.invites(user)
    const users = await context.chat.sideLoaded(invites.map(({ createdBy }) => createdBy))
    const answer: InvitesAnswer = { invites, users }
    return ok(answer)
  },
)

export const postInvite = endpoint(
  {
    summary: 'Makes an invite, whose code is shown once',
    body: createInviteBody,
    answers: { 201: newInviteAnswer },
    secrets: ['code', 'url'],
  },
  async ({ address, body, context, request, user }) => {
    context.limits.take('invites', user.userId)
    const { code, codeHash } = newInvite()
    const inviteId = context.newId()
    const { roomId, ...more } = body
    const room = roomId === undefined ? {} : { room: roomId }
    const command = { type: 'createInvite', inviteId, codeHash, ...room, ...more } as const
    const committed = await context.chat.execute(command, user, commandRequest(request))
    const id = lastChange(committed, 'invite.created')?.payload.inviteId ?? inviteId
    const url = `${address.linkBase(request)}invite#${code}`
    const answer: NewInviteAnswer = committed.repeated ? { id } : { id, code, url }
    return created(answer)
  },
)

export const deleteInvite = endpoint(
  { summary: 'Takes an invite back', answers: { 204: null } },
  async ({ context, params, request, user }) => {
    const command = { type: 'deleteInvite', inviteId: named(params, 'invite') } as const
    await context.chat.execute(command, user, commandRequest(request))
    return NO_CONTENT
  },
)

export const previewInvite = openEndpoint(
  { summary: 'Where an invite leads', answers: { 200: invitePreviewAnswer } },
  async ({ context, params, request }) => {
    context.limits.take('previews', clientAddress(request))
    return ok(await context.chat.previewInvite(hashSecret(named(params, 'code'))))
  },
)

export const joinByInvite = endpoint(
  { summary: 'Joins the room of an invite', answers: { 200: roomAnswer, 204: null } },
  async ({ context, params, request, user }) => {
    const codeHash = hashSecret(named(params, 'code'))
    context.limits.take('previews', clientAddress(request))
    const roomId = await context.chat.roomOfInvite(codeHash)
    await context.chat.execute({ type: 'acceptInvite', codeHash }, user, commandRequest(request))
    if (roomId === undefined) return NO_CONTENT
    const answer: RoomAnswer = { room: await context.chat.room(user, roomId, 'acceptInvite') }
    return ok(answer)
  },
)
