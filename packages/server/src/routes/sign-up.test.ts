import { expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD, setUp, signUp } from '../testing/a-site-of-people.ts'
import { byCookie } from '../testing/by-cookie.ts'
import { startServer } from '../testing/start-server.ts'

test('the first owner is made with the code, is signed in, and has a room that can be used', async () => {
  const server = await startServer()

  const made = await setUp(server, { siteName: '우리 반', displayName: '김선생' })
  const owner = byCookie(server.anyone, made)

  expect(made).toMatchObject({
    status: 201,
    body: { user: { username: 'owner', siteRole: 'owner', displayName: '김선생' } },
  })
  expect(made.headers.get('set-cookie')).toMatch(
    /^suda_[0-9a-f]{8}=[\w-]{43}; Max-Age=1209\d{3}; Path=\/; HttpOnly; SameSite=Lax$/,
  )
  expect(await server.anyone.get('/api/site')).toMatchObject({ body: { name: '우리 반', needsSetUp: false } })
  expect(await owner.post('/api/rooms/general/messages', { text: 'hello' })).toMatchObject({ status: 201 })
})

test('a wrong code makes nobody, and the right one only one owner', async () => {
  const server = await startServer()

  expect(await setUp(server, { code: 'x' })).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(await server.anyone.get('/api/site')).toMatchObject({ body: { needsSetUp: true } })

  const both = await Promise.all([setUp(server), setUp(server, { username: 'other' })])

  expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
  expect(await setUp(server, { username: 'third' })).toMatchObject({ status: 409, body: { code: 'conflict' } })
})

test.each([
  ['a common password', { password: 'password123' }],
  ['the own name as password', { password: 'teacher-of-all', username: 'teacher-of-all' }],
  ['a password of 7 characters', { password: 'a7b8c9d' }],
  ['a user name that nobody can have', { username: 'Ä' }],
  ['no name of the site', { siteName: ' ' }],
])('%s is refused and changes nothing', async (_, body) => {
  const server = await startServer()

  expect(await setUp(server, body)).toMatchObject({ status: 422 })
  expect(await server.anyone.get('/api/site')).toMatchObject({ body: { needsSetUp: true } })
})

test('nobody signs up before the site has an owner', async () => {
  const server = await startServer({ config: { signUp: 'open' } })

  expect(await signUp(server, 'alice')).toMatchObject({ status: 403, body: { code: 'sign_up_closed' } })
})

test('on an open site everybody signs up, joins the default rooms, and is signed in', async () => {
  const { server } = await aSiteOfPeople({ config: { signUp: 'open' } })

  const made = await signUp(server, 'alice', { email: 'Alice@Example.org' })

  expect(made).toMatchObject({ status: 201, body: { user: { username: 'alice', siteRole: 'member' } } })
  expect(await byCookie(server.anyone, made).get('/api/rooms')).toMatchObject({
    body: { rooms: [{ slug: 'general' }] },
  })
  expect(await signUp(server, 'alice')).toMatchObject({ status: 409, body: { code: 'taken' } })
  expect(await signUp(server, 'alicia', { email: 'alice@example.org' })).toMatchObject({
    status: 409,
    body: { code: 'taken' },
  })
})

test('on a site of invites only whoever has one signs up; on a closed one nobody does', async () => {
  const { owner, server } = await aSiteOfPeople()
  const { body: invite } = await owner.post('/api/invites', { uses: 1 })

  expect(await signUp(server, 'alice')).toMatchObject({ status: 403, body: { code: 'sign_up_closed' } })
  expect(await signUp(server, 'alice', { invite: 'wrong' })).toMatchObject({
    status: 403,
    body: { code: 'invite_invalid' },
  })
  await owner.patch('/api/site', { signUp: 'closed' })
  expect(await signUp(server, 'alice', { invite: invite.code })).toMatchObject({ body: { code: 'sign_up_closed' } })
  await owner.patch('/api/site', { signUp: 'invite' })
  expect(await signUp(server, 'alice', { invite: invite.code })).toMatchObject({ status: 201 })
  expect(await signUp(server, 'bob', { invite: invite.code })).toMatchObject({
    status: 403,
    body: { code: 'invite_invalid' },
  })
})

test('of fifty who use the last place of an invite at once one comes in', async () => {
  const { owner, server } = await aSiteOfPeople()
  const { body: invite } = await owner.post('/api/invites', { uses: 1 })

  const names = Array.from({ length: 50 }, (_, index) => `user${index}`)
  const answers = await Promise.all(names.map((name) => signUp(server, name, { invite: invite.code })))

  const outcomes = answers.map(({ body, status }) => body.code ?? status)
  expect(outcomes.filter((outcome) => outcome === 201)).toHaveLength(1)
  expect(new Set(outcomes)).toEqual(new Set([201, 'invite_invalid']))
}, 60_000)

test.each(['/api/setup', '/api/sign-up', '/api/sign-in'])('a page of another site cannot use %s', async (path) => {
  const { anyone } = await startServer()
  const body = { username: 'alice', password: PASSWORD, code: 'x', siteName: 'x' }

  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
    expect(await anyone.post(path, body, { headers })).toMatchObject({ status: 403, body: { code: 'csrf' } })
  }
})
