import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('editMessage', () => {
  test('the author gives another text, and every kind of reader ends in the state that a fresh read gives', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })
    const { id } = await site.as('alice').postMessage('general', 'hello @bob')

    await verifyCommand(site, 'alice', { type: 'editMessage', messageId: id, text: 'hello all' })
    await verifyCommand(site, 'alice', { type: 'editMessage', messageId: id, text: 'hello again @alice' })

    expect(await site.messages('general')).toMatchObject([
      { text: 'hello again @alice', revision: 3, seq: 1, ordinal: 1, mentions: [{ as: 'alice' }] },
    ])
  })

  test('an edit mentions nobody anew, and who was mentioned first stays so', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob', 'carol'] } })
    const { id } = await site.as('alice').postMessage('general', 'hello @bob')

    await verifyCommand(site, 'alice', { type: 'editMessage', messageId: id, text: 'hello @carol' })

    expect(await site.room('general', 'bob')).toMatchObject({ my: { unreadMentions: [1] } })
    expect(await site.room('general', 'carol')).toMatchObject({ my: { unreadMentions: [] } })
  })

  test('nobody but the author edits, and who may not read the room is told of no message', async () => {
    const site = await aSite({
      rooms: { plans: { private: true, members: ['alice', 'bob'], moderators: ['mia'] } },
      roles: { ada: 'admin' },
      users: ['carol'],
    })
    const { id } = await site.as('alice').postMessage('plans', 'mine')
    const head = await site.head()

    for (const [name, code] of [
      ['bob', 'forbidden'],
      ['mia', 'forbidden'],
      ['ada', 'not_found'],
      ['carol', 'not_found'],
    ] as const) {
      await expect(site.as(name).editMessage(id, 'yours')).rejects.toMatchObject({ code })
    }
    await expect(site.system.editMessage(id, 'yours')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(site.as('alice').editMessage(UNKNOWN, 'x')).rejects.toMatchObject({ code: 'not_found' })

    expect(await site.head()).toBe(head)
  })

  test('deleted messages, notes of the system and messages of archived rooms are not edited', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['alice'] } } })
    const alice = site.as('alice')
    const [deleted, kept] = [await alice.postMessage('general', 'a'), await alice.postMessage('general', 'b')]
    await alice.deleteMessage(deleted.id)
    await alice.changeRoom('general', { archived: true })
    const note = (await site.messages('general')).at(-1)

    await expect(alice.editMessage(deleted.id, 'x')).rejects.toMatchObject({ code: 'message_deleted' })
    await expect(alice.editMessage(note?.id ?? '', 'x')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(alice.editMessage(kept.id, 'x')).rejects.toMatchObject({ code: 'room_archived' })
  })

  test('a mute, an archiving or a removal between the check and the commit refuses the edit', async () => {
    const site = await aSite({ rooms: { plans: { private: true, members: ['bob'] } } })
    const { id } = await site.as('bob').postMessage('plans', 'first')
    const edit = () => site.as('bob').editMessage(id, 'second')

    site.beforeNextCommit(() => site.mute('plans', 'bob'))
    await expect(edit()).rejects.toMatchObject({ code: 'muted' })
    site.beforeNextCommit(() => site.system.changeRoom('plans', { archived: true }))
    await expect(edit()).rejects.toMatchObject({ code: 'muted' })
    await site.system.changeRoom('plans', { archived: false })
    site.beforeNextCommit(() => site.system.removeMember('plans', 'bob'))
    await expect(edit()).rejects.toMatchObject({ code: 'not_found' })

    expect(await site.messages('plans')).toMatchObject([{ text: 'first', revision: 1 }])
  })

  test('of two edits at once the later one wins; one that names a revision is stale and gets the message as it is', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const alice = site.as('alice')
    const { id } = await alice.postMessage('general', 'one')

    site.beforeNextCommit(() => alice.editMessage(id, 'two'))
    expect(await alice.editMessage(id, 'three')).toMatchObject({ text: 'three', revision: 3 })

    const stale = { code: 'stale', current: { text: 'three', revision: 3 } }
    await expect(alice.editMessage(id, 'four', 1)).rejects.toMatchObject(stale)
    site.beforeNextCommit(() => alice.editMessage(id, 'four'))
    await expect(alice.editMessage(id, 'five', 3)).rejects.toMatchObject({ code: 'stale', current: { text: 'four' } })
  })

  test('a delete between the check and the commit leaves the message deleted', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const { id } = await site.as('alice').postMessage('general', 'one')
    site.beforeNextCommit(() => site.as('alice').deleteMessage(id))

    await expect(site.as('alice').editMessage(id, 'two')).rejects.toMatchObject({ code: 'message_deleted' })

    expect(await site.messages('general')).toMatchObject([{ text: '', revision: 2 }])
  })

  test('the same text again changes nothing, unreadable text is refused', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const { id } = await site.as('alice').postMessage('general', 'one')
    const head = await site.head()

    expect(await site.as('alice').editMessage(id, 'one')).toMatchObject({ revision: 1 })
    await expect(site.as('alice').editMessage(id, '\u200b')).rejects.toMatchObject({ code: 'invalid_text' })

    expect(await site.head()).toBe(head)
  })
})

const UNKNOWN = '0d9e5b1a-6d5e-4c1b-9f6e-000000000002'
