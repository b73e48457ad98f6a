/** Who is in a room. */

import { ChatError, type MemberAnswer, type MembersAnswer, type RoomRole } from '@suda/protocol'
import { memberAnswer, membersAnswer, membersQuery, putMemberBody } from '@suda/protocol/schemas'
import { created, NO_CONTENT, ok } from '../answer.ts'
import type { AppContext } from '../context.ts'
import { endpoint, type User } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { roomIn, userIn } from '../params.ts'
import { lastChange } from './committed.ts'

export const getMembers = endpoint(
  { summary: 'Members of a room, by user id', query: membersQuery, answers: { 200: membersAnswer } },
  async ({ context, params, query, user }) => {
    const answer: MembersAnswer = await context.chat.members(user, roomIn(params), query)
    return ok(answer)
  },
)

export const putMember = endpoint(
  {
    summary: 'Joins, invites, or gives a role',
    body: putMemberBody,
    answers: { 200: memberAnswer, 201: memberAnswer },
  },
  async ({ body, context, params, request, user }) => {
    const target = { room: roomIn(params), user: userIn(params) }
    const command = { type: 'putMember', ...target, ...body } as const
    const committed = await context.chat.execute(command, user, commandRequest(request))
    const joined = lastChange(committed, 'member.joined')
    if (joined !== undefined) return created(answerWith(joined.payload.member))
    const changed = lastChange(committed, 'member.changed')
    return ok(answerWith(changed?.payload.member ?? (await currentMember(target, user, context))))
  },
)

export const deleteMember = endpoint(
  { summary: 'Leaves, or removes somebody', answers: { 204: null } },
  async ({ context, params, request, user }) => {
    const command = { type: 'removeMember', room: roomIn(params), user: userIn(params) } as const
    await context.chat.execute(command, user, commandRequest(request))
    return NO_CONTENT
  },
)

interface MemberRole {
  readonly userId: string
  readonly role: RoomRole
}

function answerWith({ role, userId }: MemberRole): MemberAnswer {
  return { member: { userId, role } }
}

/** Where nothing had to be changed. */
async function currentMember(
  target: { room: string; user: string },
  asker: User,
  { chat, storage }: AppContext,
): Promise<MemberRole> {
  const { id: roomId } = await chat.room(asker, target.room, 'putMember')
  const userId = target.user === 'me' ? asker.userId : await idOf(target.user, storage)
  const membership = userId === undefined ? undefined : await storage.member(roomId, userId)
  if (userId === undefined || membership === undefined) throw new ChatError('not_found')
  return { userId, role: membership.role }
}

async function idOf(ref: string, storage: AppContext['storage']): Promise<string | undefined> {
  const record = (await storage.user({ id: ref })) ?? (await storage.user({ username: ref.toLowerCase() }))
  return record?.user.id
}
