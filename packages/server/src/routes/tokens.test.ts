import { expect, test } from 'vitest'
import { aSiteOfPeople } from '../testing/a-site-of-people.ts'
import { byCookie } from '../testing/by-cookie.ts'

test('a token is shown once, listed without itself, and taken back', async () => {
  const { owner, server } = await aSiteOfPeople()

  const made = await owner.post('/api/tokens', { label: 'deploy bot' })
  const bot = server.anyone.with({ authorization: `Bearer ${made.body.token}` })

  expect(made).toMatchObject({ status: 201, body: { token: expect.stringMatching(/^suda_[\w-]{43}$/) } })
  expect(await bot.get('/api/me')).toMatchObject({ status: 200 })
  const listed = await owner.get('/api/tokens')
  expect(listed).toMatchObject({
    body: { tokens: [{ id: made.body.id, label: 'deploy bot', scopes: ['read', 'write'] }] },
  })
  expect(listed.text).not.toContain(made.body.token)
  expect(await owner.delete(`/api/tokens/${made.body.id}`)).toMatchObject({ status: 204 })
  expect(await bot.get('/api/me')).toMatchObject({ status: 401 })
})

test('no token makes another, nor does a session that was begun with one', async () => {
  const { owner, server } = await aSiteOfPeople()
  const { body } = await owner.post('/api/tokens', { label: 'bot', scopes: ['read', 'write', 'admin'] })
  const bot = server.anyone.with({ authorization: `Bearer ${body.token}` })
  const bySession = byCookie(server.anyone, await bot.post('/api/sessions'))

  for (const client of [bot, bySession]) {
    expect(await client.post('/api/tokens', { label: 'more' })).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    })
  }
})

test('a token can do no more than its user, and a member gets none for admins', async () => {
  const { invite } = await aSiteOfPeople()
  const alice = await invite('alice')

  for (const scope of ['admin', 'metrics']) {
    expect(await alice.post('/api/tokens', { label: 'x', scopes: [scope] })).toMatchObject({ status: 403 })
  }
  const past = new Date(Date.now() - 1_000).toISOString()
  expect(await alice.post('/api/tokens', { label: 'x', expiresAt: past })).toMatchObject({ status: 422 })
  expect(await alice.post('/api/tokens', { label: 'x', scopes: [] })).toMatchObject({ status: 422 })
})
