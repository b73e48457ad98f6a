import { expect, test } from 'vitest'
import { aSiteOfPeople } from '../testing/a-site-of-people.ts'

test('the audit tells who did what, when, by which way, from which address, newest first', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const alice = await invite('alice')
  await owner.patch('/api/users/alice', { siteRole: 'admin' })

  const { body } = await alice.get('/api/audit?limit=1')

  expect(body).toMatchObject({
    hasMore: true,
    entries: [
      {
        type: 'profile.changed',
        userId: alice.userId,
        actorId: expect.any(String),
        via: { kind: 'session' },
        address: '127.0.0.1',
        detail: { siteRole: 'admin' },
      },
    ],
  })
  expect(body.users.map(({ username }: { username: string }) => username).sort()).toEqual(['alice', 'owner'])
})

test('whoever signed up did so', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const alice = await invite('alice')

  const { body } = await owner.get(`/api/audit?actor=${alice.userId}&type=user.created`)

  expect(body.entries).toMatchObject([{ userId: alice.userId, actorId: alice.userId, detail: { siteRole: 'member' } }])
})

test('it is filtered by who and by what, and paged without gap or repetition', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const alice = await invite('alice')
  for (const slug of ['a1', 'a2', 'a3']) await alice.post('/api/rooms', { slug, name: slug, visibility: 'public' })

  const made = (await owner.get(`/api/audit?type=room.created&actor=${alice.userId}`)).body.entries
  const all = (await owner.get('/api/audit?limit=200')).body.entries
  const paged: unknown[] = []
  for (let before: number | undefined; ;) {
    const { body } = await owner.get(`/api/audit?limit=2${before === undefined ? '' : `&before=${before}`}`)
    paged.push(...body.entries)
    if (!body.hasMore) break
    before = body.entries.at(-1).id
  }

  expect(made).toHaveLength(3)
  expect(paged).toEqual(all)
  expect(await owner.get('/api/audit?type=x')).toMatchObject({ status: 422 })
})

test('it holds no text, no password, no code and no token', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const alice = await invite('alice')
  await alice.post('/api/rooms/general/messages', { text: 'a text of hers' })
  const { body: token } = await alice.post('/api/tokens', { label: 'bot' })

  const { text } = await owner.get('/api/audit?limit=200')

  for (const secret of ['a text of hers', 'three blue whales', token.token, 'argon2'])
    expect(text).not.toContain(secret)
})
