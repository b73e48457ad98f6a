/** Who may do what, held against tables that were written by hand and apart from the policy in the code. */

import { expect, test } from 'vitest'
import { inArchivedRoom, inPrivate, inPublicRoom, onSite } from '../testing/access/expectations.ts'
import { People } from '../testing/access/people.ts'
import { roomCalls } from '../testing/access/room-calls.ts'
import { aRoomCase, roomSitters, surroundings, type RoomKind } from '../testing/access/room-case.ts'
import { roomColumns, siteColumns, siteSeat } from '../testing/access/seats.ts'
import { aboutOthers, siteCalls, usingUpTheAsker } from '../testing/access/site-calls.ts'
import { parseTable, type Row } from '../testing/access/table.ts'
import { walk } from '../testing/access/walk.ts'
import { startServer } from '../testing/start-server.ts'

test('every route of the reference has a row in the tables, and every row is a route', async () => {
  const { anyone } = await startServer()
  const { body } = await anyone.get('/api/openapi.json')
  const paths: Record<string, object> = body.paths

  const routes = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  )

  const rows = new Set([...onSite, ...inPublicRoom].map(({ route }) => route))
  expect([...rows].sort()).toEqual(routes.sort())
})

test('everybody may do with the site what the table says', { timeout: 120_000 }, async () => {
  const people = await aPeopledSite()

  const { count, differences } = await walk({
    people,
    rows: onSite,
    calls: siteCalls,
    shared: aboutOthers,
    usingUp: usingUpTheAsker,
    seats: siteColumns,
    fresh: async (seat) => ({ people, me: await siteSeat(seat)(people) }),
  })

  expect(differences).toEqual([])
  expect(count).toBeGreaterThan(750)
})

test.each<readonly [string, RoomKind, readonly Row[]]>([
  ['a public room', { visibility: 'public', isArchived: false }, inPublicRoom],
  ['a private room', { visibility: 'private', isArchived: false }, inPrivate(inPublicRoom)],
  ['an archived public room', { visibility: 'public', isArchived: true }, inArchivedRoom],
  ['an archived private room', { visibility: 'private', isArchived: true }, inPrivate(inArchivedRoom)],
])('everybody may do in %s what the table says', { timeout: 120_000 }, async (_, kind, rows) => {
  const people = await aPeopledSite()
  const around = await surroundings(people)
  const sitting = roomSitters(people)

  const { count, differences } = await walk({
    people,
    rows,
    calls: roomCalls,
    seats: roomColumns,
    fresh: async (seat) => aRoomCase(around, await sitting(seat), kind),
  })

  expect(differences).toEqual([])
  expect(count).toBeGreaterThan(500)
})

test('an answer that is not as its table says is found', async () => {
  const people = await aPeopledSite()
  const rows = parseTable(`
                      none guest
    GET /api/me        200  200
    PATCH /api/site    401  403
    GET /api/accounts   -   404
  `)

  const { count, differences } = await walk({
    people,
    rows,
    calls: siteCalls,
    seats: { none: 'none', guest: 'guest' },
    fresh: async (seat) => ({ people, me: await siteSeat(seat)(people) }),
  })

  expect(count).toBe(5)
  expect(differences).toEqual(['GET /api/me, none: 401 instead of 200', 'GET /api/accounts, guest: 403 instead of 404'])
})

async function aPeopledSite(): Promise<People> {
  const people = await People.of(await startServer({ config: { rateLimits: false } }))
  await people.add({ siteRole: 'owner' })
  return people
}
