import { expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD } from '../testing/a-site-of-people.ts'
import { byCookie, cookieIn } from '../testing/by-cookie.ts'

test('one signs in by user name or e-mail address, written either way', async () => {
  const { server } = await aSiteOfPeople({ config: { signUp: 'open' } })
  await server.anyone.post('/api/sign-up', { username: 'alice', password: PASSWORD, email: 'alice@example.org' })

  for (const name of [{ username: 'alice' }, { username: 'Alice' }, { email: 'Alice@Example.ORG' }]) {
    const answered = await server.anyone.post('/api/sign-in', { ...name, password: PASSWORD })
    expect(answered).toMatchObject({ status: 200, body: { user: { username: 'alice' } } })
    expect(await byCookie(server.anyone, answered).get('/api/me')).toMatchObject({ status: 200 })
  }
})

test('a password is the same however its letters are put together, and another one is not', async () => {
  const { server } = await aSiteOfPeople({ config: { signUp: 'open' } })
  await server.anyone.post('/api/sign-up', { username: 'alice', password: 'über-안녕하세요'.normalize('NFC') })

  const answers = await Promise.all(
    ['über-안녕하세요'.normalize('NFD'), 'uber-안녕하세요'].map((password) =>
      server.anyone.post('/api/sign-in', { username: 'alice', password }),
    ),
  )

  expect(answers.map(({ status }) => status)).toEqual([200, 401])
})

test('a wrong password and an unknown name are answered alike, and no cookie is set', async () => {
  const { server, signIn } = await aSiteOfPeople()

  const [wrong, unknown] = [await signIn('owner', 'wrong password'), await signIn('nobody', 'wrong password')]

  expect(wrong).toMatchObject({ status: 401, body: { code: 'wrong_password' } })
  expect({ ...unknown.body, requestId: '' }).toEqual({ ...wrong.body, requestId: '' })
  expect(wrong.headers.get('set-cookie')).toBeNull()
  expect(await server.anyone.get('/api/sessions')).toMatchObject({ status: 401 })
})

test('a sign-in begins a session of its own each time, and an old cookie is worth nothing in a new one', async () => {
  const { owner, signIn } = await aSiteOfPeople()

  const [first, second] = [await signIn('owner'), await signIn('owner')]

  expect(cookieIn(first.headers)).not.toBe(cookieIn(second.headers))
  expect((await owner.get('/api/sessions')).body.sessions).toHaveLength(3)
})

test('the own sessions are listed with the one in use first, and another one can be ended', async () => {
  const { owner, server, signIn } = await aSiteOfPeople()
  const lost = byCookie(server.anyone, await signIn('owner'))

  const { body } = await owner.get('/api/sessions', { headers: { 'user-agent': 'x' } })
  const other = body.sessions[1]

  expect(body.sessions.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([true, false])
  expect(other).toMatchObject({ address: '127.0.0.1', lastUsedAt: other.createdAt })
  expect(await owner.delete(`/api/sessions/${other.id}`)).toMatchObject({ status: 204 })
  expect(await lost.get('/api/me')).toMatchObject({ status: 401 })
  expect(await owner.delete(`/api/sessions/${other.id}`)).toMatchObject({ status: 404 })
})

test('nobody ends the session of somebody else', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const alice = await invite('alice')
  const { body } = await owner.get('/api/sessions')

  expect(await alice.delete(`/api/sessions/${body.sessions[0].id}`)).toMatchObject({ status: 404 })
  expect(await owner.get('/api/me')).toMatchObject({ status: 200 })
})

test('signing out ends one session, everywhere ends all; tokens stay', async () => {
  const { owner, server, signIn } = await aSiteOfPeople()
  const { body: made } = await owner.post('/api/tokens', { label: 'bot' })
  const [second, third] = [
    byCookie(server.anyone, await signIn('owner')),
    byCookie(server.anyone, await signIn('owner')),
  ]

  expect(await second.post('/api/sign-out')).toMatchObject({ status: 204 })
  expect(await third.get('/api/me')).toMatchObject({ status: 200 })
  const out = await third.post('/api/sign-out', { everywhere: true })

  expect(out.headers.get('set-cookie')).toContain('Max-Age=0')
  for (const client of [owner, second, third]) expect(await client.get('/api/me')).toMatchObject({ status: 401 })
  const bot = server.anyone.with({ authorization: `Bearer ${made.token}` })
  expect(await bot.get('/api/me')).toMatchObject({ status: 200 })
})

test('under an Idempotency-Key as well each sign-in brings a session, whoever is signed in', async () => {
  const { owner, server } = await aSiteOfPeople()
  const { body } = await owner.post('/api/tokens', { label: 'bot' })
  const authorization = `Bearer ${body.token}`
  const bot = server.anyone.with({ authorization, 'idempotency-key': '0193c8a2-7c1e-4d2a-9a51-5a2d0c7e4f11' })

  for (let time = 1; time <= 2; time++) {
    const answered = await bot.post('/api/sign-in', { username: 'owner', password: PASSWORD })
    expect([answered.status, cookieIn(answered.headers)]).toEqual([200, expect.stringMatching(/^suda_/)])
  }
})

test('a password is changed by whoever knows it, which ends all other sessions', async () => {
  const { owner, server, signIn } = await aSiteOfPeople()
  const other = byCookie(server.anyone, await signIn('owner'))
  const body = { currentPassword: PASSWORD, newPassword: 'four green whales' }

  expect(await owner.put('/api/me/password', { ...body, currentPassword: 'wrong' })).toMatchObject({ status: 401 })
  expect(await owner.put('/api/me/password', { ...body, newPassword: 'short' })).toMatchObject({ status: 422 })
  expect(await owner.put('/api/me/password', body)).toMatchObject({ status: 204 })

  expect(await other.get('/api/me')).toMatchObject({ status: 401 })
  expect(await owner.get('/api/me')).toMatchObject({ status: 200 })
  expect(await signIn('owner')).toMatchObject({ status: 401 })
  expect(await signIn('owner', 'four green whales')).toMatchObject({ status: 200 })
})

test('nor is a name of one’s own or of the site a password afterwards', async () => {
  const { owner } = await aSiteOfPeople()
  await owner.patch('/api/me', { displayName: 'Class Teacher' })
  await owner.patch('/api/site', { name: 'Blue Whales' })

  for (const newPassword of ['class teacher', 'Blue Whales']) {
    const answered = await owner.put('/api/me/password', { currentPassword: PASSWORD, newPassword })
    expect(answered).toMatchObject({ status: 422, body: { code: 'validation_failed' } })
  }
})

test('somebody who is suspended is told so only with the right password', async () => {
  const { invite, owner, signIn } = await aSiteOfPeople()
  const alice = await invite('alice')
  await owner.patch(`/api/users/${alice.userId}`, { suspended: true })

  expect(await signIn('alice')).toMatchObject({ status: 403, body: { code: 'forbidden' } })
  expect(await signIn('alice', 'wrong password')).toMatchObject({ status: 401, body: { code: 'wrong_password' } })
  expect(await alice.get('/api/me')).toMatchObject({ status: 401 })
})
