import { expect, test } from 'vitest'
import { aSiteOfPeople, signUp } from '../testing/a-site-of-people.ts'
import { byCookie } from '../testing/by-cookie.ts'

test('an invite is a link with its code behind the #, shows where it leads, and is listed without its code', async () => {
  const { owner, server } = await aSiteOfPeople()

  const made = await owner.post('/api/invites', { uses: 3 })
  const preview = await server.anyone.get(`/api/invites/${made.body.code}/preview`)
  const listed = await owner.get('/api/invites')

  expect(made).toMatchObject({ status: 201, body: { url: `${server.url}/invite#${made.body.code}` } })
  expect(made.body.code).toMatch(/^[\w-]{22}$/)
  expect(preview).toMatchObject({ status: 200, body: { site: { name: 'Class' }, role: 'member', invitedBy: 'owner' } })
  expect(listed).toMatchObject({
    body: { invites: [{ id: made.body.id, uses: 3, used: 0 }], users: [{ username: 'owner' }] },
  })
  expect(listed.text).not.toContain(made.body.code)
})

test('a moderator invites guests into a room, who see that room alone', async () => {
  const { invite, server } = await aSiteOfPeople()
  const alice = await invite('alice')
  const { body } = await alice.post('/api/rooms', { slug: 'secret', name: 'Secret', visibility: 'private' })

  const made = await alice.post('/api/invites', { roomId: body.room.id })
  const preview = await server.anyone.get(`/api/invites/${made.body.code}/preview`)
  const guest = byCookie(server.anyone, await signUp(server, 'guest', { invite: made.body.code }))

  expect(preview).toMatchObject({
    body: { role: 'guest', invitedBy: 'alice', room: { name: 'Secret', memberCount: 1 } },
  })
  expect(await guest.get('/api/rooms?browse=true')).toMatchObject({ body: { rooms: [{ slug: 'secret' }] } })
  expect(await guest.get('/api/rooms/general')).toMatchObject({ status: 404 })
  expect(await guest.post('/api/invites', { roomId: body.room.id })).toMatchObject({ status: 403 })
})

test('somebody who is on the site already joins the room by the link, once', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const alice = await invite('alice')
  const { body } = await owner.post('/api/rooms', { slug: 'secret', name: 'Secret', visibility: 'private' })
  const { body: made } = await owner.post('/api/invites', { roomId: body.room.id, uses: 1 })

  const joined = [
    await alice.post(`/api/invites/${made.code}/join`),
    await alice.post(`/api/invites/${made.code}/join`),
  ]

  expect(joined[0]).toMatchObject({ status: 200, body: { room: { slug: 'secret', memberCount: 2 } } })
  expect(joined[1]).toMatchObject({ status: 403, body: { code: 'invite_invalid' } })
  expect(await alice.get('/api/me')).toMatchObject({ body: { user: { siteRole: 'member' } } })
})

test('members do not invite to the site, and nobody into a room of others', async () => {
  const { invite, owner } = await aSiteOfPeople()
  const alice = await invite('alice')
  const { body } = await owner.post('/api/rooms', { slug: 'secret', name: 'Secret', visibility: 'private' })

  expect(await alice.post('/api/invites')).toMatchObject({ status: 403 })
  expect(await alice.post('/api/invites', { roomId: body.room.id })).toMatchObject({ status: 404 })
})

test('an invite that was taken back, and one of somebody who was removed from the room, let nobody in', async () => {
  const { invite, owner, server } = await aSiteOfPeople()
  const alice = await invite('alice')
  const { body } = await owner.post('/api/rooms', { slug: 'secret', name: 'Secret', visibility: 'private' })
  const member = `/api/rooms/secret/members/${alice.userId}`
  await owner.put(member, { role: 'moderator' })
  const { body: hers } = await alice.post('/api/invites', { roomId: body.room.id })
  const { body: his } = await owner.post('/api/invites')

  await owner.delete(member)
  await owner.delete(`/api/invites/${his.id}`)

  for (const { code } of [hers, his]) {
    expect(await server.anyone.get(`/api/invites/${code}/preview`)).toMatchObject({ status: 404 })
    expect(await signUp(server, 'bob', { invite: code })).toMatchObject({
      status: 403,
      body: { code: 'invite_invalid' },
    })
  }
  expect(await alice.post(`/api/invites/${hers.code}/join`)).toMatchObject({ status: 403 })
})

test('the same request again is answered without the code, which is kept nowhere', async () => {
  const { owner } = await aSiteOfPeople()
  const init = { headers: { 'idempotency-key': '0193c8a2-7c1e-4d2a-9a51-5a2d0c7e4f11' } }

  const [first, again] = [await owner.post('/api/invites', {}, init), await owner.post('/api/invites', {}, init)]

  expect(first.body).toHaveProperty('code')
  expect(again).toMatchObject({ status: 201, body: { id: first.body.id } })
  expect(again.body).not.toHaveProperty('code')
  expect(again.body).not.toHaveProperty('url')
})
