import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { anId } from '../testing/ports.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('createRoom', () => {
  test('a member of the site makes a room and moderates it', async () => {
    const site = await aSite({ users: ['alice', 'bob'] })
    const room = { roomId: anId(9001), slug: 'plans', name: ' Plans ', topic: 'what next' }

    const changes = await verifyCommand(site, 'alice', { type: 'createRoom', visibility: 'public', ...room })

    expect(changes.map(({ type }) => type)).toEqual(['room.created', 'member.joined'])
    expect(await site.room('plans', 'alice')).toMatchObject({
      name: 'Plans',
      topic: 'what next',
      memberCount: 1,
      my: { role: 'moderator' },
    })
    expect(await site.room('plans', 'bob')).not.toHaveProperty('my')
  })

  test('a private room is told to nobody but its members', async () => {
    const site = await aSite({ users: ['alice', 'bob'] })
    await site.as('alice').createRoom('plans', { visibility: 'private' })

    const changes = await site.storage.changesAfter(site.headBefore, 10)

    for (const change of changes) expect(change.audience).not.toContain('site')
  })

  test('guests make no rooms, and nobody but the operator brings members along', async () => {
    const site = await aSite({ users: ['alice', 'bob'], roles: { gus: 'guest' } })
    const members = [{ userId: site.user('bob'), role: 'member' as const }]

    await expect(site.as('gus').createRoom('plans')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(site.as('alice').createRoom('plans', { members })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(site.as('alice', { scopes: ['read'] }).createRoom('plans')).rejects.toMatchObject({
      code: 'forbidden',
    })
    expect(await site.head()).toBe(site.headBefore)

    await site.system.createRoom('plans', { members })
    expect(await site.members('plans')).toEqual(['bob'])
  })

  test('who becomes a guest between the check and the commit makes no room', async () => {
    const site = await aSite({ users: ['alice'] })
    site.beforeNextCommit(() => site.suspend('alice'))

    await expect(site.as('alice').createRoom('plans')).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  test('a slug is taken once, in whatever form its Hangul comes', async () => {
    const site = await aSite({ users: ['alice'] })
    await site.as('alice').createRoom('회의-1'.normalize('NFD'))

    await expect(site.as('alice').createRoom('회의-1')).rejects.toMatchObject({ code: 'taken' })
    expect(await site.room('회의-1'.normalize('NFC'))).toMatchObject({ slug: '회의-1'.normalize('NFC') })
    expect(await site.as('alice').postMessage('회의-1'.normalize('NFD'), 'found')).toMatchObject({ seq: 1 })
  })

  test('of two who take a slug at once one gets it', async () => {
    const site = await aSite({ users: ['alice', 'bob'] })
    site.beforeNextCommit(() => site.as('bob').createRoom('plans'))

    await expect(site.as('alice').createRoom('plans')).rejects.toMatchObject({ code: 'taken' })

    expect(await site.members('plans')).toEqual(['bob'])
  })
})
