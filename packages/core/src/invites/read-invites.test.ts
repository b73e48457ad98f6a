import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyChanges } from '../testing/verify-command.ts'

describe('visible invites', () => {
  test('members see their own, admins all but those into rooms that they may not read', async () => {
    const site = await aSiteWithInvites()
    const seenBy = async (name: string) => {
      const invites = await site.chat.invites(site.as(name).actor)
      return invites.map(({ createdBy, roomId }) => `${nameOf(site, createdBy)} ${roomId === undefined ? '-' : 'room'}`)
    }

    expect(await seenBy('mia')).toEqual(['mia room'])
    expect(await seenBy('bob')).toEqual([])
    expect(await seenBy('ada')).toEqual(['ada room', 'ada -'])
    expect(await seenBy('olga')).toEqual(['ada room', 'ada -', 'mia room'])

    // Removed from the room, whoever made one still sees it.
    await site.system.removeMember('plans', 'mia')
    expect(await seenBy('mia')).toEqual(['mia room'])
    await site.system.deleteRoom('open')
    expect(await seenBy('olga')).toEqual(['ada -', 'mia room'])
  })

  test('guests see none, nor does a token without its scope', async () => {
    const site = await aSiteWithInvites()

    await expect(site.chat.invites(site.as('gus').actor)).rejects.toMatchObject({ code: 'forbidden' })
    const token = await site.withToken('ada', ['write'])
    await expect(site.chat.invites(token.actor)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(site.chat.invites((await site.withToken('ada', ['read'])).actor)).resolves.toHaveLength(2)
  })

  test('those that cannot be used any more are not seen', async () => {
    const site = await aSiteWithInvites()
    await site.as('mia').createInvite('single', { room: 'plans', uses: 1 })
    site.shiftClock(-8)
    await site.as('mia').createInvite('old', { room: 'plans' })
    site.shiftClock(0)
    await site.newcomer.signUp('eve', { inviteHash: 'single', pinnedMode: 'invite' })

    expect(await site.chat.invites(site.as('mia').actor)).toHaveLength(1)
  })
})

describe('previewInvite', () => {
  test('whoever has the code knows who invites whom and where, and no id', async () => {
    const site = await aSiteWithInvites()
    await site.introduce('mia', 'Mia M.')

    const preview = await site.chat.previewInvite('mia')

    expect(preview).toEqual({
      site: { name: 'Suda' },
      role: 'guest',
      invitedBy: 'Mia M.',
      room: { name: 'plans', memberCount: 2 },
      expiresAt: expect.any(String),
    })
    expect(await site.chat.previewInvite('ada')).not.toHaveProperty('room')
    expect(await site.chat.roomOfInvite('mia')).toBe((await site.room('plans')).id)
    expect(await site.chat.roomOfInvite('ada')).toBeUndefined()
    await expect(site.chat.previewInvite('unknown')).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('deleteInvite', () => {
  test('one takes back an own one, an admin whichever is seen', async () => {
    const site = await aSiteWithInvites()
    const remove = async (name: string, codeHash: string) => {
      const inviteId = (await site.storage.invite({ codeHash }))?.id ?? ''
      return site.as(name).do({ type: 'deleteInvite', inviteId })
    }

    for (const name of ['bob', 'mia']) await expect(remove(name, 'ada')).rejects.toMatchObject({ code: 'not_found' })
    await expect(remove('bob', 'mia')).rejects.toMatchObject({ code: 'not_found' })
    // An admin who may not read the room does not see it either.
    await expect(remove('ada', 'mia')).rejects.toMatchObject({ code: 'not_found' })
    await expect(remove('gus', 'mia')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(remove('ada', 'unknown')).rejects.toMatchObject({ code: 'not_found' })

    const changes = await verifyChanges(site, () => remove('mia', 'mia'))
    expect(changes).toMatchObject([{ type: 'invite.deleted', userId: site.user('mia') }])
    const logged = await site.storage.changesAfter((changes[0]?.position ?? 0) - 1, 1)
    expect(logged[0]?.audience).toEqual(['server', `user:${site.user('mia')}`])
    expect(await remove('olga', 'ada')).toMatchObject([{ userId: site.user('ada'), actorId: site.user('olga') }])
    await expect(site.newcomer.signUp('eve', { inviteHash: 'mia', pinnedMode: 'open' })).rejects.toMatchObject({
      code: 'invite_invalid',
    })
  })

  test('an admin who is none any more takes back none of others', async () => {
    const site = await aSiteWithInvites()
    const inviteId = await site.as('olga').createInvite('olga')
    site.beforeNextCommit(() => site.system.changeUser('ada', { siteRole: 'member' }))

    await expect(site.as('ada').do({ type: 'deleteInvite', inviteId })).rejects.toMatchObject({ code: 'forbidden' })

    expect(await site.storage.invite({ id: inviteId })).toBeDefined()
  })
})

/** By mia into a private room of hers and olga's; by ada to the site, and into a public room. */
async function aSiteWithInvites(): Promise<TestSite> {
  const site = await aSite({
    rooms: { plans: { private: true, members: ['olga'], moderators: ['mia'] }, open: [] },
    roles: { ada: 'admin', gus: 'guest', olga: 'owner' },
    users: ['bob'],
  })
  await site.as('mia').createInvite('mia', { room: 'plans' })
  await site.as('ada').createInvite('ada')
  await site.as('ada').createInvite('open', { room: 'open' })
  return site
}

function nameOf(site: TestSite, userId: string): string | undefined {
  return site.usernames().find((name) => site.user(name) === userId)
}
