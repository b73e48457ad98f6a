import { expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD } from '../testing/a-site-of-people.ts'

test('an admin gives roles and suspends, and is told how it stands', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const [alice, bob] = [await invite('alice'), await invite('bob')]

  expect(await owner.patch(`/api/users/${alice.userId}`, { siteRole: 'admin' })).toMatchObject({
    status: 200,
    body: { user: { siteRole: 'admin' } },
  })
  expect(await alice.patch('/api/users/bob', { suspended: true })).toMatchObject({
    body: { user: { suspendedAt: expect.any(String) } },
  })
  expect(await bob.get('/api/me')).toMatchObject({ status: 401 })
  expect((await alice.get('/api/accounts')).body.accounts).toMatchObject([
    { username: 'alice', siteRole: 'admin' },
    { username: 'bob', suspendedAt: expect.any(String) },
    { username: 'owner' },
  ])
})

test('admins touch no owner, members nobody, and the last owner stays', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const [alice, bob] = [await invite('alice'), await invite('bob')]
  await owner.patch('/api/users/alice', { siteRole: 'admin' })

  expect(await alice.patch('/api/users/owner', { siteRole: 'member' })).toMatchObject({ status: 403 })
  expect(await alice.patch('/api/users/bob', { siteRole: 'owner' })).toMatchObject({ status: 403 })
  expect(await alice.delete('/api/users/owner')).toMatchObject({ status: 403 })
  for (const path of ['/api/accounts', '/api/audit']) expect(await bob.get(path)).toMatchObject({ status: 403 })
  expect(await bob.patch('/api/users/alice', { suspended: true })).toMatchObject({ status: 403 })
  expect(await bob.delete('/api/users/alice')).toMatchObject({ status: 403 })
  for (const body of [{ siteRole: 'member' }]) {
    expect(await owner.patch('/api/users/me', body)).toMatchObject({ status: 409, body: { code: 'last_owner' } })
  }
  const init = { body: JSON.stringify({ password: PASSWORD }), headers: { 'content-type': 'application/json' } }
  expect(await owner.delete('/api/users/me', init)).toMatchObject({ status: 409, body: { code: 'last_owner' } })
})

test('one deletes oneself with the password, and only a name is gone from what one wrote', async () => {
  const { invite, owner, server, signIn } = await aSiteOfPeople()
  const alice = await invite('alice')
  await alice.post('/api/rooms/general/messages', { text: 'remember me' })
  const withPassword = (password: string) => ({
    body: JSON.stringify({ password }),
    headers: { 'content-type': 'application/json' },
  })

  expect(await alice.delete('/api/users/me')).toMatchObject({ status: 422 })
  expect(await alice.delete(`/api/users/${alice.userId}`, withPassword('wrong'))).toMatchObject({ status: 401 })
  expect(await alice.delete('/api/users/alice', withPassword(PASSWORD))).toMatchObject({ status: 204 })

  expect(await alice.get('/api/me')).toMatchObject({ status: 401 })
  expect(await signIn('alice')).toMatchObject({ status: 401, body: { code: 'wrong_password' } })
  const { body } = await owner.get('/api/rooms/general/messages')
  expect(body.messages.at(-1)).toMatchObject({ text: 'remember me', authorId: alice.userId })
  expect(body.users.find(({ id }: { id: string }) => id === alice.userId)).toEqual({
    id: alice.userId,
    kind: 'human',
    revision: 2,
    deletedAt: expect.any(String),
  })
  expect(await invite('alice')).toHaveProperty('userId')
  expect((await server.storage.audit({ limit: 200 })).some(({ type }) => type === 'user.deleted')).toBe(true)
})
