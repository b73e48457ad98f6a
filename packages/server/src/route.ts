/** A row of the table of routes, and what becomes of it in Fastify. */

import { admit, POLICY, type Action, type Rule } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Answer } from './answer.ts'
import { renewInUse } from './auth/begin-session.ts'
import { clientAddress } from './auth/client-address.ts'
import { identify, type Identity } from './auth/identify.ts'
import { assertSameOrigin, isUnsafe, refuseForeignOrigin } from './auth/same-origin.ts'
import type { SiteAddress } from './auth/site-address.ts'
import type { AppContext } from './context.ts'
import type { Endpoint, Incoming, Params } from './endpoint.ts'
import { sendError } from './error-response.ts'
import { answerOnce } from './idempotency.ts'
import { assertContentType } from './json-body.ts'
import { refuseInStream } from './streams/refuse-stream.ts'
import type { OpenStreams } from './streams/stream-limits.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export interface Route {
  readonly method: Method
  /** As Fastify writes it, with `:room`. */
  readonly path: string
  readonly action: Action
  readonly endpoint: Endpoint
}

export interface Edge {
  readonly context: AppContext
  readonly address: SiteAddress
  readonly openStreams: OpenStreams
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks, once that is known. */
    identity: Identity | undefined
    /** To be called when it becomes a stream, which is not counted among the requests at work. */
    release: () => void
    /** A hash that nobody can try texts on who does not know the site's secret. */
    readonly keyedHash: (text: string) => string
  }
}

/** @throws Error if the policy says nothing of the action, or says otherwise than the endpoint who may call it */
export function addRoute(app: FastifyInstance, route: Route, edge: Edge): void {
  assertPolicy(route)
  app.route<{ Params: Params }>({
    method: route.method,
    url: route.path,
    onRequest: async (request, reply) => {
      try {
        await letIn(request, reply, route, edge)
      } catch (error) {
        countRefusal(error, request, edge.context)
        throw error
      }
    },
    errorHandler: (error, request, reply) => {
      const { context } = edge
      const { produces: formats = [] } = route.endpoint.shapes
      if (!refuseInStream({ context, error, formats, reply, request })) sendError(error, request, reply, context.log)
    },
    handler: async (request, reply) => {
      const user = request.identity?.user
      const { action, endpoint } = route
      const incoming: Incoming = { action, params: request.params, user, request, reply, ...edge }
      const answer = await run(endpoint, incoming)
      return answer === undefined ? reply : send(reply, answer)
    },
  })
}

function assertPolicy({ action, endpoint, method, path }: Route): void {
  const rule: Rule | undefined = POLICY[action]
  if (rule === undefined) throw new Error(`${method} ${path}: the policy knows no action “${action}”`)
  if ((rule.who === 'anyone') !== endpoint.isOpen)
    throw new Error(`${method} ${path}: “${action}” is for another “who”`)
}

/** Everything that can be refused before the body is read. */
async function letIn(
  request: FastifyRequest,
  reply: FastifyReply,
  { action, endpoint }: Route,
  { address, context }: Edge,
): Promise<void> {
  if (!isAboutTheServer(action)) beginWork(request, reply, context)
  const identity = await identify(request, context.chat, { siteId: context.siteId, address })
  request.identity = identity
  const isByCookie = identity?.credential.kind === 'session'
  if (isUnsafe(request.method)) assertOrigin(request, address)
  admit(action, identity?.user)
  if (identity !== undefined && isUnsafe(request.method)) context.limits.take('changes', identity.user.userId)
  if (isUnsafe(request.method)) assertContentType(request, !isByCookie && endpoint.shapes.consumes !== undefined)
  if (isByCookie && identity !== undefined) await renewInUse({ address, context, reply, request, user: identity.user })
}

/** Whoever watches over the server must be answered when it has too much to do, above all then. */
function isAboutTheServer(action: Action): boolean {
  return action === 'readHealth' || action === 'readMetrics'
}

function beginWork(request: FastifyRequest, reply: FastifyReply, { limits }: AppContext): void {
  request.release = limits.begin()
  reply.raw.once('close', request.release)
}

/** Guessing is slowed down; who has no credential at all only has to sign in. */
function countRefusal(error: unknown, request: FastifyRequest, { limits }: AppContext): void {
  const { authorization, cookie } = request.headers
  const isRefused = error instanceof ChatError && error.code === 'unauthenticated'
  if (isRefused && (authorization !== undefined || cookie !== undefined))
    limits.take('refusals', clientAddress(request))
}

/** A cookie comes along wherever a request comes from; a token does not. */
function assertOrigin(request: FastifyRequest, address: SiteAddress): void {
  const kind = request.identity?.credential.kind
  if (kind === 'session') assertSameOrigin(request, address)
  if (kind === undefined) refuseForeignOrigin(request, address)
}

function run(endpoint: Endpoint, incoming: Incoming): Promise<Answer | undefined> {
  const { context, request, user } = incoming
  const isPlain = request.headers['idempotency-key'] === undefined || !isUnsafe(request.method)
  // What is open to all is done as who is signed in by it, not as who asks: a kept answer would lack the cookie.
  const isKept = !endpoint.isOpen && endpoint.shapes.hasOwnIds !== true
  if (isPlain || user === undefined || !isKept) return endpoint.run(incoming)
  const { secrets } = endpoint.shapes
  const once = { chat: context.chat, request, user, ...(secrets !== undefined && { secrets }) }
  return answerOnce(once, () => endpoint.run(incoming))
}

function send(reply: FastifyReply, { contentType, status, text }: Answer): FastifyReply {
  if (text === undefined) return reply.code(status).send()
  return reply
    .code(status)
    .header('content-type', contentType ?? 'application/json; charset=utf-8')
    .send(text)
}
