/** The door of the command line into the running server of its data folder. Not a part of the API. */

import type { Chat } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify'
import { isFromThisMachine } from '../local-request.ts'
import { carryOut } from '../operator/carry-out.ts'
import { isSignedBy, OPERATOR_PATH } from '../operator/credential.ts'
import { operatorCommand, type OperatorCommand } from '../operator/operator-command.ts'

export interface OperatorDoor {
  readonly chat: Chat
  /** Of this installation. */
  readonly secret: string
  readonly now: () => number
}

/** Everybody else is told that there is nothing here. */
export function operatorDoor({ chat, secret, now }: OperatorDoor): FastifyPluginAsync {
  return async (app: FastifyInstance) => {
    // The signature is of the body as it came.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'string' }, async (_: FastifyRequest, body: string) => body)
    app.post<{ Body: string }>(OPERATOR_PATH, async (request, reply) => {
      const { body, headers, id } = request
      const isGenuine = isFromThisMachine(request) && isSignedBy(secret, body, headers.authorization, now())
      if (!isGenuine) throw new ChatError('not_found')
      await carryOut(parse(body), chat, id)
      return reply.code(204).send()
    })
  }
}

/** Whoever signed it is the operator, perhaps with another version of the command line. */
function parse(body: string): OperatorCommand {
  const { data } = operatorCommand.safeParse(JSON.parse(body))
  if (data === undefined) throw new ChatError('validation_failed', 'The server does not know this command.')
  return data
}
