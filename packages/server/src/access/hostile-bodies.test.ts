/** Whoever may ask sends more than what is asked for, or other than it: nothing is taken, and nothing happens. */

import { expect, test } from 'vitest'
import { cellOf, send, type Ask } from '../testing/access/ask.ts'
import { SERVER_FIELDS, valuesUnlike } from '../testing/access/hostile-values.ts'
import { People } from '../testing/access/people.ts'
import { roomCalls } from '../testing/access/room-calls.ts'
import { aRoomCase, surroundings } from '../testing/access/room-case.ts'
import { siteCalls } from '../testing/access/site-calls.ts'
import { openEvents } from '../testing/open-events.ts'
import { startServer } from '../testing/start-server.ts'

const LONGEST_MS = 200

interface Parameter {
  readonly name: string
  readonly in: string
}

interface Schema {
  readonly type?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
}

interface Operation {
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } }
}

/** A route by somebody who may: of the tables' requests the first that is about it. */
interface Opening {
  readonly route: string
  readonly ask: Ask
  readonly operation: Operation
}

test(
  'a field that only the server sets is refused in every body, and nothing changes',
  { timeout: 60_000 },
  async () => {
    const { openings, outcomes } = await aWorld()

    const found = await outcomes(openings.filter(isUnsafe), ({ ask, operation }) =>
      Object.entries(SERVER_FIELDS)
        .filter(([name]) => !Object.hasOwn(propertiesOf(operation), name))
        .map(([name, value]) => ({ ...ask, body: { ...ask.body, ...Object.fromEntries([[name, value]]) } })),
    )

    expect(found.wrong).toEqual([])
    expect(found.count).toBeGreaterThan(1_000)
    expect('siteRole' in {}, 'the prototype of all objects has got a key').toBe(false)
  },
)

test(
  'a value of another type is refused in every field, quickly, and nothing changes',
  { timeout: 60_000 },
  async () => {
    const { openings, outcomes } = await aWorld()

    const found = await outcomes(openings.filter(isUnsafe), ({ ask, operation }) =>
      Object.entries(propertiesOf(operation)).flatMap(([name, { type }]) =>
        valuesUnlike(type).map((value) => ({ ...ask, body: { ...ask.body, [name]: value } })),
      ),
    )

    expect(found.wrong).toEqual([])
    expect(found.count).toBeGreaterThan(500)
  },
)

test('an operator in the place of a query value is refused on every route, quickly', { timeout: 60_000 }, async () => {
  const { openings, outcomes } = await aWorld()

  const found = await outcomes(openings, ({ ask, operation }) => {
    const known = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
    const all = [...known, 'id'].flatMap((name) => [`${name}[$ne]=`, `${name}[]=a&${name}[]=b`, `${name}=a&${name}=b`])
    const [path = ''] = ask.path.split('?')
    return all.map((query) => ({ ...ask, path: `${path}?${encodeURI(query)}` }))
  })

  expect(found.wrong).toEqual([])
  expect(found.count).toBeGreaterThan(150)
})

test('an operator in the place of a path’s id names nothing', { timeout: 60_000 }, async () => {
  const { openings, outcomes } = await aWorld()
  const operators = ['{"$ne":null}', '{"$regex":".*"}', '[object Object]', '$where', '*', '%', "' OR 1=1 --"]

  const found = await outcomes(
    openings.filter(({ route }) => route.includes('{')),
    ({ ask, route }) => {
      const parts = route.replace(/^\S+ /, '').split('/')
      const real = ask.path.split('/')
      return operators.map((operator) => {
        const path = parts.map((part, at) => (part.startsWith('{') ? encodeURIComponent(operator) : (real[at] ?? part)))
        return { ...ask, path: path.join('/') }
      })
    },
    ['404', '403i'],
  )

  expect(found.wrong).toEqual([])
  expect(found.count).toBeGreaterThan(100)
})

async function aWorld() {
  const people = await People.of(await startServer({ config: { rateLimits: false } }))
  const me = await people.add({ siteRole: 'owner' })
  const streamId: string = (await (await openEvents(me.client, '/api/feed')).next()).data.streamId
  const sitter = { me, relation: 'moderator', streamId, isSuspended: false } as const
  const room = await aRoomCase(await surroundings(people), sitter, { visibility: 'private', isArchived: false })
  const openings = await Promise.all(
    (await operationsOf(people)).map(async ([route, operation]): Promise<Opening> => {
      const [, bySite] = Object.entries(siteCalls).find(([label]) => isAbout(label, route)) ?? []
      const [, byRoom] = Object.entries(roomCalls).find(([label]) => isAbout(label, route)) ?? []
      const ask = byRoom?.(room) ?? (await bySite?.({ people, me }))
      if (ask === undefined) throw new Error(`Nothing says how to ask ${route}`)
      return { route, ask, operation }
    }),
  )

  return { openings, outcomes }

  async function outcomes(
    some: readonly Opening[],
    variants: (opening: Opening) => readonly Ask[],
    expected: readonly string[] = ['422'],
  ) {
    const before = await people.position()
    const asked = some.flatMap((opening) => variants(opening).map((ask) => [opening.route, ask] as const))
    const wrong: string[] = []
    for (const [route, ask] of asked) {
      const { cell, ms } = await timed(ask)
      const isFine = expected.includes(cell) && ms < LONGEST_MS
      if (!isFine) wrong.push(`${route} ${ask.path} ${JSON.stringify(ask.body)}: ${cell} in ${Math.round(ms)} ms`)
    }
    if ((await people.position()) !== before) wrong.push('something changed')
    return { count: asked.length, wrong }
  }

  /** On a busy machine anything may take long, but not always. */
  async function timed(ask: Ask, tries = 5): Promise<{ readonly cell: string; readonly ms: number }> {
    const once = await take(ask)
    return once.ms < LONGEST_MS || tries === 1 ? once : timed(ask, tries - 1)
  }

  async function take(ask: Ask) {
    const begin = performance.now()
    const answer = await send(me.client, ask)
    return { cell: cellOf(answer), ms: performance.now() - begin }
  }
}

async function operationsOf({ server }: People): Promise<[route: string, operation: Operation][]> {
  const { body } = await server.anyone.get('/api/openapi.json')
  const paths: Record<string, Record<string, Operation>> = body.paths
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  )
}

function isAbout(label: string, route: string): boolean {
  return label === route || label.startsWith(`${route} `)
}

function isUnsafe({ ask }: Opening): boolean {
  return ask.method !== 'GET'
}

function propertiesOf({ requestBody }: Operation): Readonly<Record<string, Schema>> {
  return requestBody?.content['application/json'].schema.properties ?? {}
}
