/** The reference of the API (OpenAPI 3.1), made from the table of routes when somebody asks for it. */

import { POLICY, type Rule } from '@suda/core'
import { authoredMessage, bye, change, hello, problem, reset, signal } from '@suda/protocol/schemas'
import * as z from 'zod'
import type { Shapes } from './endpoint.ts'
import type { Route } from './route.ts'

/** What stands in the events of streams, of which no path speaks. */
const EVENTS = [change, hello, reset, bye, signal, authoredMessage]

type Json = Readonly<Record<string, unknown>>

/** @param prefix what stands before every path here */
export function describeApi(
  routes: readonly Route[],
  { version, prefix }: { readonly version: string; readonly prefix: string },
): Json {
  const components: Record<string, unknown> = {}
  for (const event of EVENTS) asJson(event, 'output', components)
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Suda',
      version,
      description: 'Chat over plain HTTP. What the codes of refusals mean stands in docs/errors.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: prefix === '' ? '/' : prefix }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-suda',
          description: 'Over http its name is `suda_…`. What changes something needs the `Origin` of the site as well.',
        },
      },
    },
  }
}

function operation({ action, endpoint: { shapes }, method, path }: Route, components: Record<string, unknown>): Json {
  const rule: Rule = POLICY[action]
  return {
    operationId: nameOf(method, path),
    summary: shapes.summary,
    ...(rule.who === 'user' && { description: access(rule) }),
    security: rule.who === 'user' ? [{ token: [] }, { session: [] }] : [],
    parameters: [
      ...pathParameters(path),
      ...queryParameters(shapes, components),
      ...(rule.who === 'user' ? idempotencyParameter(method, shapes) : []),
    ],
    ...(shapes.body !== undefined && { requestBody: requestBody(shapes, components) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(shapes.answers).map(([status, schema]) => [status, answer(schema, shapes, components)]),
      ),
      default: {
        description: 'A refusal',
        content: { 'application/problem+json': { schema: asJson(problem, 'output', components) } },
      },
    },
  }
}

function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api/, '')
    .split(/\W+/)
    .filter((word) => word !== '')
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

function access({ by, message, room, scope, site }: Rule): string {
  const needs = [
    ...(by === undefined ? [] : ['a session that was begun with a password']),
    ...(scope === undefined ? [] : [`a token of scope \`${scope}\``]),
    ...(site === undefined ? [] : [`the site role \`${site}\``]),
    ...(room === undefined ? [] : [`to be ${room} of the room`]),
    ...(message === undefined ? [] : [`to be ${message} of the message`]),
  ]
  return needs.length === 0 ? 'For everybody who is signed in.' : `Needs ${needs.join(', ')}.`
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
}

function queryParameters({ query }: Shapes, components: Record<string, unknown>): Json[] {
  if (query === undefined) return []
  const { properties = {}, required = [] } = asJson(query, 'input', components)
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
}

function idempotencyParameter(method: string, { hasOwnIds }: Shapes): Json[] {
  if (method === 'GET' || hasOwnIds === true) return []
  return [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', format: 'uuid' } }]
}

function requestBody({ body = z.never(), consumes = [] }: Shapes, components: Record<string, unknown>): Json {
  const schema = asJson(body, 'input', components)
  const others = consumes.map((type) => [type, { schema: { type: 'string' } }] as const)
  return {
    required: !body.safeParse(undefined).success,
    content: { 'application/json': { schema }, ...Object.fromEntries(others) },
  }
}

function answer(schema: z.ZodType | null, { produces = [] }: Shapes, components: Record<string, unknown>): Json {
  const others = produces.map((type) => [type, { schema: { type: 'string' } }] as const)
  const json = schema === null ? {} : { 'application/json': { schema: asJson(schema, 'output', components) } }
  const content = { ...json, ...Object.fromEntries(others) }
  const description = Object.keys(content).length === 0 ? 'Done' : 'The answer'
  return { description, ...(Object.keys(content).length > 0 && { content }) }
}

/** What has a name of its own is put beside the others and referred to. */
function asJson(
  schema: z.ZodType,
  io: 'input' | 'output',
  components: Record<string, unknown>,
): z.core.JSONSchema.BaseSchema {
  const { $defs, $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: asWritten })
  for (const [name, definition] of Object.entries($defs ?? {})) components[name] = pointed(definition)
  return pointed(rest)
}

function pointed<Value>(schema: Value): Value {
  const text = JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')
  const result: Value = JSON.parse(text)
  return result
}

interface Translated {
  readonly zodSchema: z.core.$ZodTypes
  readonly jsonSchema: z.core.JSONSchema.BaseSchema
}

function asWritten({ jsonSchema, zodSchema }: Translated): void {
  // That a list is not altered in our code is no matter of the wire.
  delete jsonSchema.readOnly
  const range = z.globalRegistry.get(zodSchema)?.['integer']
  if (range === undefined) return
  // In a query a number is text to the schema and a number to everybody who writes one.
  for (const key of ['integer', 'pattern'] as const) delete jsonSchema[key]
  Object.assign(jsonSchema, { type: 'integer', ...range })
}
