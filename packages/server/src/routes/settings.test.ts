import { expect, test } from 'vitest'
import { startServer } from '../testing/start-server.ts'

test('one’s own name, language and time zone can be changed, also by a token that may only write, and by no stale revision', async () => {
  const { addUser } = await startServer()
  const alice = await addUser('alice')
  const writer = alice.with({ authorization: `Bearer ${await alice.addToken(['write'])}` })

  const changed = await writer.patch('/api/me', {
    displayName: '앨리스',
    locale: 'ko-KR',
    timeZone: 'Asia/Seoul',
    revision: 1,
  })

  expect(changed).toMatchObject({
    status: 200,
    body: { user: { displayName: '앨리스', locale: 'ko-KR', timeZone: 'Asia/Seoul' } },
  })
  expect(await alice.get('/api/me')).toMatchObject({ body: changed.body })
  expect(await alice.patch('/api/me', { displayName: 'Alice', revision: 1 })).toMatchObject({
    status: 409,
    body: { code: 'stale', current: changed.body.user },
  })
  for (const body of [{ siteRole: 'owner' }, { displayName: '' }, { timeZone: 'Mars/Phobos' }, { username: 'bob' }]) {
    expect(await alice.patch('/api/me', body), JSON.stringify(body)).toMatchObject({ status: 422 })
  }
})

test('admins change the site with a token of that scope, others do not', async () => {
  const { addUser } = await startServer()
  const [owner, bob] = [await addUser('owner', 'owner'), await addUser('bob')]
  const admin = owner.with({ authorization: `Bearer ${await owner.addToken(['admin'])}` })
  const before = (await owner.get('/api/site')).body

  expect(await admin.patch('/api/site', { name: '수다방', signUp: 'open' })).toMatchObject({
    status: 200,
    body: { ...before, name: '수다방', signUp: 'open', revision: before.revision + 1 },
  })
  expect(await admin.patch('/api/site', { name: 'x', revision: before.revision })).toMatchObject({
    status: 409,
    body: { code: 'stale' },
  })
  expect(await owner.patch('/api/site', { name: 'x' })).toMatchObject({ status: 403 })
  expect(
    await bob.with({ authorization: `Bearer ${await bob.addToken(['admin'])}` }).patch('/api/site', { name: 'x' }),
  ).toMatchObject({ status: 403 })
})

test('what the operator has pinned stays', async () => {
  const { addUser } = await startServer({ config: { signUp: 'closed' } })
  const owner = await addUser('owner', 'owner')
  const admin = owner.with({ authorization: `Bearer ${await owner.addToken(['admin'])}` })

  expect(await admin.patch('/api/site', { signUp: 'open' })).toMatchObject({ status: 409, body: { code: 'pinned' } })
  expect(await admin.patch('/api/site', { name: 'Ours' })).toMatchObject({
    status: 200,
    body: { name: 'Ours', signUp: 'closed' },
  })
})
