/** Carries out what the operator asked for, with the same commands as everything else. */

import type { Actor, Chat, Command } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { OperatorCommand } from './operator-command.ts'

const operator: Actor = { kind: 'system', via: { kind: 'cli' } }

/** @throws ChatError as the command's handler says; `not_found` for a user name that nobody has */
export async function carryOut(command: OperatorCommand, chat: Chat, requestId: string): Promise<void> {
  await chat.execute(await asCommand(command, chat), operator, { requestId })
}

async function asCommand(command: OperatorCommand, chat: Chat): Promise<Command> {
  if (command.type !== 'createRoom') return command
  const { owner, members, ...room } = command
  const moderators = owner === undefined ? [] : [owner]
  const others = new Set(members.filter((name) => name !== owner))
  return {
    ...room,
    members: [
      ...(await Promise.all(
        moderators.map(async (name) => ({ userId: await idOf(name, chat), role: 'moderator' as const })),
      )),
      ...(await Promise.all(
        [...others].map(async (name) => ({ userId: await idOf(name, chat), role: 'member' as const })),
      )),
    ],
  }
}

async function idOf(username: string, chat: Chat): Promise<string> {
  const user = await chat.actorByName({ username }, operator.via)
  if (user === undefined) throw new ChatError('not_found', `There is no user “${username}”.`)
  return user.userId
}
