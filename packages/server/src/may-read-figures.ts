/** Who may read how the server is doing: programs of this machine, and whoever was given a token for it. */

import type { FastifyRequest } from 'fastify'
import type { User } from './endpoint.ts'
import { isLocalRequest } from './local-request.ts'

export function mayReadFigures(request: FastifyRequest, user: User | undefined): boolean {
  const isByToken = user?.via.kind === 'token' && user.scopes?.includes('metrics') === true
  return isByToken || isLocalRequest(request)
}
