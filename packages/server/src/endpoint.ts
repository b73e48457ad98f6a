/**
 * One call of the API without its method, path and action, which stand in `app.ts`: the shapes of its request and of
 * its answers, and what it does. Shapes are parsed here and not by Fastify, because access is decided first.
 */

import type { Action, ActorOf } from '@suda/core'
import { ChatError } from '@suda/protocol'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Answer } from './answer.ts'
import { assertAccess } from './auth/assert-access.ts'
import type { SiteAddress } from './auth/site-address.ts'
import type { AppContext } from './context.ts'
import { parsePart } from './parse-part.ts'
import type { OpenStreams } from './streams/stream-limits.ts'

export type User = ActorOf<'user'>

/** Of the path, decoded. */
export type Params = Readonly<Record<string, string>>

export interface Incoming {
  readonly action: Action
  readonly params: Params
  /** Absent where nobody is signed in, which only the open endpoints ever see. */
  readonly user: User | undefined
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly context: AppContext
  readonly address: SiteAddress
  readonly openStreams: OpenStreams
}

export interface Call<Query, Body, By = User> extends Omit<Incoming, 'user'> {
  readonly query: Query
  readonly body: Body
  readonly user: By
}

export interface Shapes<Query = unknown, Body = unknown> {
  /** For the reference. */
  readonly summary: string
  /** None: no query key is taken. */
  readonly query?: z.ZodType<Query>
  /** None: no body is taken. */
  readonly body?: z.ZodType<Body>
  /** By status; `null` is no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>
  /** Content types other than JSON that it answers in, or takes. */
  readonly produces?: readonly string[]
  readonly consumes?: readonly string[]
  /** Keys of the answer that are shown once, so that no answer is kept with them. */
  readonly secrets?: readonly string[]
  /** What it makes has an id by the sender, which takes the place of an `Idempotency-Key`. */
  readonly hasOwnIds?: true
}

/** `undefined` says that the reply is sent otherwise. */
type Handle<Query, Body, By> = (call: Call<Query, Body, By>) => Promise<Answer | undefined>

/** An endpoint whose types the table of routes does not have to know. */
export interface Endpoint {
  readonly shapes: Shapes
  /** Whether it is called for people who are not signed in as well. */
  readonly isOpen: boolean
  run(incoming: Incoming): Promise<Answer | undefined>
}

/** For people who are signed in. */
export function endpoint<Query = undefined, Body = undefined>(
  shapes: Shapes<Query, Body>,
  handle: Handle<Query, Body, User>,
): Endpoint {
  return {
    shapes,
    isOpen: false,
    async run(incoming) {
      const { user } = incoming
      if (user === undefined) throw new ChatError('unauthenticated')
      return handle({ ...incoming, user, ...(await parse(shapes, incoming)) })
    },
  }
}

/** For everybody; who is signed in is known nevertheless. */
export function openEndpoint<Query = undefined, Body = undefined>(
  shapes: Shapes<Query, Body>,
  handle: Handle<Query, Body, User | undefined>,
): Endpoint {
  return {
    shapes,
    isOpen: true,
    async run(incoming) {
      return handle({ ...incoming, ...(await parse(shapes, incoming)) })
    },
  }
}

/** Who may not see a thing is told the same whether or not the rest of the request is valid. */
async function parse<Query, Body>({ query, body }: Shapes<Query, Body>, incoming: Incoming) {
  try {
    const { request } = incoming
    return { query: parsePart('query', query, request.query), body: parsePart('body', body, request.body) }
  } catch (error) {
    await assertAccess(incoming)
    throw error
  }
}
