import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { anId } from '../testing/ports.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('createUser', () => {
  test('the first owner gets a room to begin with, which everybody after joins but guests', async () => {
    const site = await aSite({ users: ['early'] })

    const changes = await verifyChanges(site, () => site.system.createUser('olga', 'owner'))
    await verifyChanges(site, () => site.system.createUser('bob'))
    await site.system.createUser('gus', 'guest')
    await site.system.createUser('otto', 'owner')

    expect(changes.map(({ type }) => type)).toEqual(['user.created', 'room.created', 'member.joined', 'site.changed'])
    expect(await site.members('general')).toEqual(['olga', 'bob', 'otto'])
    expect(await site.room('general', 'olga')).toMatchObject({ visibility: 'public', my: { role: 'moderator' } })
    expect(await site.room('general', 'otto')).toMatchObject({ my: { role: 'member' } })
  })

  test('a room of that name that the operator made before becomes the one; a private one is left alone', async () => {
    const open = await aSite({ rooms: { general: ['bob'] } })
    await open.system.createUser('olga', 'owner')
    expect(await open.room('general', 'olga')).toMatchObject({ my: { role: 'moderator' } })
    expect((await open.chat.site()).site.defaultRooms).toEqual([(await open.room('general')).id])

    const closed = await aSite({ rooms: { general: { private: true, members: ['bob'] } } })
    await closed.system.createUser('olga', 'owner')
    expect(await closed.members('general')).toEqual(['bob'])
    expect((await closed.chat.site()).site.defaultRooms).toEqual([])
  })

  test('default rooms that were archived or deleted are joined by nobody', async () => {
    const site = await aSite()
    await site.system.createUser('olga', 'owner')
    await site.system.changeRoom('general', { archived: true })
    await site.system.createUser('bob')
    expect(await site.members('general')).toEqual(['olga'])

    await site.system.deleteRoom('general')
    await site.system.createUser('carol')
    expect((await site.storage.readership(site.user('carol'))).rooms).toEqual([])
  })

  test('a default room that turned private lets nobody in, also where it turned at the last moment', async () => {
    const site = await aSite()
    await site.system.createUser('olga', 'owner')

    site.beforeNextCommit(() => site.system.changeRoom('general', { visibility: 'private' }))
    await site.system.createUser('bob')
    await site.system.createUser('carol')

    expect(await site.members('general')).toEqual(['olga'])
  })

  test('a name is taken once, also where two take it at once; an e-mail too', async () => {
    const site = await aSite({ users: ['bob'] })
    await expect(site.system.createUser('bob')).rejects.toMatchObject({ code: 'taken' })

    site.beforeNextCommit(() => site.system.createUser('carol', 'member', { email: 'c@example.org' }))
    await expect(site.system.createUser('carol')).rejects.toMatchObject({ code: 'taken' })
    await expect(site.system.createUser('dave', 'member', { email: 'c@example.org' })).rejects.toMatchObject({
      code: 'taken',
    })
  })

  test('of two first owners at once one is', async () => {
    const site = await aSite()
    site.beforeNextCommit(() => site.system.createUser('olga', 'owner'))

    await expect(site.system.createUser('otto', 'owner')).rejects.toMatchObject({ code: 'conflict' })

    expect(await site.storage.user({ username: 'otto' })).toBeUndefined()
  })

  test.each(['a', 'A', 'Alice', 'a b', 'al.', 'al-', 'alice\n', '앨리스', 'x'.repeat(33), 'a@b', ''])(
    'refuses the name %j',
    async (username) => {
      const site = await aSite()

      await expect(site.system.createUser(username)).rejects.toMatchObject({ code: 'validation_failed' })

      expect(await site.head()).toBe(0)
    },
  )

  test('names that the product uses itself are taken', async () => {
    const site = await aSite()

    for (const username of ['me', 'room']) {
      await expect(site.system.createUser(username)).rejects.toMatchObject({ code: 'taken' })
    }
    await expect(site.system.createUser('ann', 'member', { displayName: '\u200b' })).rejects.toMatchObject({
      code: 'validation_failed',
    })
    expect(await site.head()).toBe(0)
  })

  test('no user makes users, sets passwords of others or makes tokens, whatever the role', async () => {
    const site = await aSite({ users: ['bob'], roles: { otto: 'owner' } })
    const token = { tokenId: anId(9001), secretHash: 'h', label: 'x', scopes: [] }

    for (const name of ['bob', 'otto']) {
      const user = site.as(name)
      await expect(user.createUser('eve')).rejects.toMatchObject({ code: 'forbidden' })
      await expect(user.do({ type: 'setPassword', user: 'bob', passwordHash: 'h' })).rejects.toMatchObject({
        code: 'forbidden',
      })
      await expect(user.do({ type: 'createToken', user: 'me', ...token })).rejects.toMatchObject({ code: 'forbidden' })
    }
    expect(await site.head()).toBe(site.headBefore)
  })
})
