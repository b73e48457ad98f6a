/** `Idempotency-Key`: the same call again gets the same answer, another call under the same key is refused. */

import type { Chat, Request } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { FastifyRequest } from 'fastify'
import type { Answer } from './answer.ts'
import type { User } from './endpoint.ts'

const PASSWORDS = new Set(['password', 'currentPassword', 'newPassword'])

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/**
 * What a command is executed with: the key is stored by the same commit, so that even an answer that was never kept is
 * not carried out twice.
 * @throws ChatError `validation_failed` for a key that is no UUID
 */
export function commandRequest(request: FastifyRequest): Request {
  const key = keyOf(request)
  const requestId = request.id
  return key === undefined ? { requestId } : { requestId, idempotency: { key, requestHash: hashOf(request) } }
}

/** @throws ChatError `validation_failed` for one that is no UUID */
export function keyOf({ headers }: FastifyRequest): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key !== 'string' || !UUID.test(key)) {
    throw new ChatError('validation_failed', 'An Idempotency-Key is a UUID.')
  }
  return key.toLowerCase()
}

export interface Once {
  readonly chat: Chat
  readonly request: FastifyRequest
  readonly user: User
  /** Keys of the answer that are not kept. */
  readonly secrets?: readonly string[]
}

/** @throws ChatError `conflict` if the key stands for another request */
export async function answerOnce(
  { chat, request, secrets = [], user }: Once,
  answer: () => Promise<Answer | undefined>,
): Promise<Answer | undefined> {
  const command = commandRequest(request)
  if (command.idempotency === undefined) return answer()
  const { key, requestHash } = command.idempotency
  const kept = await chat.keptAnswer(user, key, requestHash)
  if (kept !== undefined) return parseAnswer(kept)
  const made = await answer()
  if (made !== undefined) await chat.keepAnswer(user, command, JSON.stringify(without(secrets, made)))
  return made
}

function without(secrets: readonly string[], answer: Answer): Answer {
  if (secrets.length === 0 || answer.text === undefined) return answer
  return {
    ...answer,
    text: JSON.stringify(JSON.parse(answer.text, (key, value: unknown) => (secrets.includes(key) ? undefined : value))),
  }
}

/** It was written above. */
function parseAnswer(kept: string): Answer {
  const answer: Answer = JSON.parse(kept)
  return answer
}

function hashOf({ body, keyedHash, method, url }: FastifyRequest): string {
  return keyedHash(JSON.stringify([method, url, body ?? null], withoutPasswords))
}

/** On some storages the key of the hash lies beside it, and it is tried many times faster than a password's own. */
function withoutPasswords(key: string, value: unknown): unknown {
  return PASSWORDS.has(key) ? undefined : value
}
