import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('changeMe', () => {
  test('a new name reaches everybody, language and time zone only the own devices', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })

    const changes = await verifyCommand(site, 'alice', {
      type: 'changeMe',
      displayName: '김민수',
      locale: 'ko-kr',
      timeZone: 'asia/seoul',
    })

    expect(changes.map(({ type }) => type)).toEqual(['user.changed', 'profile.changed'])
    const logged = await site.storage.changesAfter((changes[0]?.position ?? 0) - 1, 2)
    expect(logged.map(({ audience }) => audience)).toEqual([
      ['site', `user:${site.user('alice')}`],
      ['server', `user:${site.user('alice')}`],
    ])
    expect(await site.chat.me(site.as('alice').actor)).toMatchObject({
      displayName: '김민수',
      locale: 'ko-KR',
      timeZone: 'Asia/Seoul',
      revision: 2,
    })
  })

  test('empty takes language and time zone away, and what is so already changes nothing', async () => {
    const site = await aSite({ users: ['alice'] })
    await site.as('alice').do({ type: 'changeMe', locale: 'ko', timeZone: 'UTC' })
    const head = await site.head()

    await site.as('alice').do({ type: 'changeMe', locale: 'ko', displayName: 'alice' })
    expect(await site.head()).toBe(head)

    await verifyCommand(site, 'alice', { type: 'changeMe', locale: '', timeZone: '' })
    expect(await site.chat.me(site.as('alice').actor)).not.toHaveProperty('locale')
  })

  test.each([
    { displayName: '' },
    { displayName: '\u200b' },
    { displayName: 'a\u202eb' },
    { displayName: 'x'.repeat(65) },
    { locale: 'not a tag' },
    { timeZone: 'Asia/Nowhere' },
  ])('refuses %j, and nothing is stored', async (change) => {
    const site = await aSite({ users: ['alice'] })

    const refused = site.as('alice').do({ type: 'changeMe', ...change })

    await expect(refused).rejects.toMatchObject({ code: 'validation_failed' })
    expect(await site.head()).toBe(site.headBefore)
  })

  test('a stale revision is answered with the user as it is, and the eleventh name in an hour is too many', async () => {
    const site = await aSite({ users: ['alice'] })
    const rename = (displayName: string, revision?: number) =>
      site.as('alice').do({ type: 'changeMe', displayName, ...(revision !== undefined && { revision }) })

    for (let n = 1; n <= 10; n++) await rename(`alice ${n}`)

    await expect(rename('late', 1)).rejects.toMatchObject({ code: 'stale', current: { displayName: 'alice 10' } })
    await expect(rename('alice 11')).rejects.toMatchObject({ code: 'rate_limited' })
  })
})
