import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('changeSite', () => {
  test('an admin names the site, opens it and says which rooms new people join', async () => {
    const site = await aSite({ rooms: { welcome: ['alice'] }, users: ['bob'], roles: { alice: 'admin' } })
    const welcome = (await site.room('welcome')).id

    await verifyCommand(site, 'alice', { type: 'changeSite', name: '수다방', signUp: 'open', defaultRooms: [welcome] })
    await site.system.createUser('carol')

    expect((await site.chat.site()).site).toMatchObject({ name: '수다방', signUp: 'open', defaultRooms: [welcome] })
    expect(await site.members('welcome')).toEqual(['alice', 'carol'])
  })

  test('members may not, nor an admin who is none any more when it commits', async () => {
    const site = await aSite({ users: ['alice', 'bob'], roles: { alice: 'admin' } })
    const rename = (name: string) => site.as(name).do({ type: 'changeSite', name: 'Mine' })

    await expect(rename('bob')).rejects.toMatchObject({ code: 'forbidden' })
    site.beforeNextCommit(() => site.suspend('alice'))
    await expect(rename('alice')).rejects.toMatchObject({ code: 'unauthenticated' })

    expect((await site.chat.site()).site.name).toBe('Suda')
  })

  test('a private room, known or not, is no default room', async () => {
    const site = await aSite({ rooms: { plans: { private: true, members: ['alice'] } }, roles: { alice: 'owner' } })
    const plans = (await site.room('plans')).id

    const refused = site.as('alice').do({ type: 'changeSite', defaultRooms: [plans] })

    await expect(refused).rejects.toMatchObject({ code: 'validation_failed' })
  })

  test('a stale revision is answered with the site as it is', async () => {
    const site = await aSite({ users: ['alice'], roles: { alice: 'owner' } })
    await site.as('alice').do({ type: 'changeSite', name: 'First' })

    const refused = site.as('alice').do({ type: 'changeSite', name: 'Second', revision: 1 })

    await expect(refused).rejects.toMatchObject({ code: 'stale', current: { name: 'First', revision: 2 } })
  })

  test('without a revision the last writer wins, however many there are at once', async () => {
    const site = await aSite({ users: ['alice'], roles: { alice: 'owner' } })

    const all = Array.from({ length: 20 }, (_, n) => site.as('alice').do({ type: 'changeSite', name: `Name ${n}` }))

    expect((await Promise.all(all)).map((changes) => changes.length)).toEqual(all.map(() => 1))
    expect((await site.chat.site()).site.revision).toBe(21)
  })
})
