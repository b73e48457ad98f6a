import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('setUp', () => {
  test('the first owner comes with a room, a name for the site and a session, all at once', async () => {
    const site = await aSite({ users: ['early'] })

    const changes = await verifyChanges(site, () => site.newcomer.setUp('olga', { siteName: ' 수다방 ' }))

    expect(changes.map(({ type }) => type)).toEqual([
      'user.created',
      'room.created',
      'member.joined',
      'site.changed',
      'site.changed',
      'session.started',
    ])
    const { id: roomId } = await site.room('general')
    expect(await site.chat.site()).toMatchObject({ hasOwner: true, site: { name: '수다방', defaultRooms: [roomId] } })
    expect(await site.room('general', 'olga')).toMatchObject({ visibility: 'public', my: { role: 'moderator' } })
    expect(await site.chat.actorBySession("olga's session")).toMatchObject({
      userId: site.user('olga'),
      siteRole: 'owner',
    })
    expect(await site.storage.user({ username: 'olga' })).toMatchObject({ passwordHash: "olga's password" })
    expect(JSON.stringify(changes)).not.toContain("olga's")
  })

  test('is done once: whoever comes later, or at the same time, is told that there is an owner', async () => {
    const site = await aSite()
    site.beforeNextCommit(() => site.newcomer.setUp('olga', { siteName: 'First' }))

    // With the same name, of which nothing is to be told.
    await expect(site.newcomer.setUp('olga', { siteName: 'Second' })).rejects.toMatchObject({ code: 'conflict' })
    const head = await site.head()
    await expect(site.newcomer.setUp('otto', { siteName: 'Third' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(site.newcomer.setUp('otto', { siteName: '' })).rejects.toMatchObject({ code: 'conflict' })

    expect(await site.head()).toBe(head)
    expect((await site.chat.site()).site.name).toBe('First')
    expect(await site.storage.user({ username: 'otto' })).toBeUndefined()
  })

  test.each([
    [{ siteName: '' }, 'validation_failed'],
    [{ siteName: '\u200b' }, 'validation_failed'],
    [{ username: 'Olga' }, 'validation_failed'],
    [{ username: 'me' }, 'taken'],
    [{ username: 'early' }, 'taken'],
    [{ displayName: ' ' }, 'validation_failed'],
  ] as const)('with %j nothing is set up', async (wrong, code) => {
    const site = await aSite({ users: ['early'] })

    await expect(site.newcomer.setUp('olga', wrong)).rejects.toMatchObject({ code })

    expect(await site.head()).toBe(site.headBefore)
    expect(await site.chat.site()).toMatchObject({ hasOwner: false })
  })

  test('a room of that name that turns private meanwhile is not entered', async () => {
    const site = await aSite({ rooms: { general: ['bob'] } })
    site.beforeNextCommit(() => site.system.changeRoom('general', { visibility: 'private' }))

    await site.newcomer.setUp('olga')

    expect(await site.members('general')).toEqual(['bob'])
    expect((await site.chat.site()).site.defaultRooms).toEqual([])
  })
})
