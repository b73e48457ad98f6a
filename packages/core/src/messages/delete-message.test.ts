import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('deleteMessage', () => {
  test('the author takes a message back, and every kind of reader ends in the state that a fresh read gives', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })
    const { id } = await site.as('alice').postMessage('general', 'hello @bob')
    await site.as('alice').postMessage('general', 'next')

    await verifyCommand(site, 'alice', { type: 'deleteMessage', messageId: id })

    expect(await site.messages('general')).toMatchObject([
      { text: '', mentions: [], seq: 1 },
      { text: 'next', seq: 2 },
    ])
    expect(await site.room('general', 'bob')).toMatchObject({ ordinal: 2, my: { unreadMentions: [] } })
  })

  test('moderators delete what others wrote, and so do admins where they may read', async () => {
    const site = await aSite({
      rooms: {
        general: { members: ['alice', 'bob'], moderators: ['mia'] },
        plans: { private: true, members: ['alice', 'bob'], moderators: ['mia'] },
      },
      roles: { ada: 'admin' },
      users: ['carol'],
    })
    const post = (room: string) => site.as('alice').postMessage(room, 'mine')

    for (const [room, name, code] of [
      ['general', 'bob', 'forbidden'],
      ['general', 'carol', 'forbidden'],
      ['plans', 'bob', 'forbidden'],
      ['plans', 'carol', 'not_found'],
      ['plans', 'ada', 'not_found'],
    ] as const) {
      const { id } = await post(room)
      await expect(site.as(name).deleteMessage(id), `${name} in ${room}`).rejects.toMatchObject({ code })
    }
    for (const [room, name] of [
      ['general', 'mia'],
      ['general', 'ada'],
      ['plans', 'mia'],
    ] as const) {
      const { id } = await post(room)
      await verifyCommand(site, name, { type: 'deleteMessage', messageId: id })
      expect((await site.messages(room)).at(-1)).toMatchObject({ text: '', deletedBy: site.user(name) })
    }
  })

  test('a moderator who is demoted between the check and the commit deletes nothing', async () => {
    const site = await aSite({ rooms: { general: { members: ['alice'], moderators: ['mia', 'max'] } } })
    const { id } = await site.as('alice').postMessage('general', 'mine')
    site.beforeNextCommit(() => site.as('max').putMember('general', 'mia', 'member'))

    await expect(site.as('mia').deleteMessage(id)).rejects.toMatchObject({ code: 'forbidden' })

    expect(await site.messages('general')).toMatchObject([{ text: 'mine' }])
  })

  test('an archived room, a mute and an edit at the same time are no obstacle', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const { id } = await site.as('alice').postMessage('general', 'mine')
    await site.mute('general', 'alice')
    await site.system.changeRoom('general', { archived: true })

    expect(await site.as('alice').deleteMessage(id)).toMatchObject({ text: '', deletedBy: site.user('alice') })
  })

  test('an edit that comes first is deleted with it; deleting twice is deleting once', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const { id } = await site.as('alice').postMessage('general', 'swordfish')
    site.beforeNextCommit(() => site.as('alice').editMessage(id, 'swordfish again'))
    await site.as('alice').deleteMessage(id)
    const head = await site.head()

    await site.as('alice').deleteMessage(id)

    expect(await site.head()).toBe(head)
    expect(JSON.stringify(await site.changesAfter(0))).not.toContain('swordfish')
  })
})
