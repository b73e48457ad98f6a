import { describe, expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('moveRead', () => {
  test('reading moves the position forward and takes mentions away', async () => {
    const site = await aSiteWithThree()

    const changes = await verifyCommand(site, 'bob', { type: 'moveRead', room: 'general', seq: 2, force: false })

    expect(changes).toMatchObject([{ type: 'read.moved', payload: { seq: 2, ordinal: 2, unreadMentions: [3] } }])
    expect(await my(site)).toMatchObject({ readSeq: 2, readOrdinal: 2, unreadMentions: [3] })
  })

  test('without force it never moves back; with force mentions are unread again', async () => {
    const site = await aSiteWithThree()
    await site.as('bob').moveRead('general', 3)
    const head = await site.head()

    await site.as('bob').moveRead('general', 1)
    await site.as('bob').moveRead('general', 3, true)
    expect(await site.head()).toBe(head)

    await verifyCommand(site, 'bob', { type: 'moveRead', room: 'general', seq: 0, force: true })
    expect(await my(site)).toMatchObject({ readSeq: 0, readOrdinal: 0, unreadMentions: [1, 3] })
  })

  test('what was deleted is not unread again, what was edited is as it was posted', async () => {
    const site = await aSiteWithThree()
    const [first, , third] = await site.messages('general')
    await site.as('bob').moveRead('general', 3)
    await site.as('alice').editMessage(first?.id ?? '', 'nobody')
    await site.as('alice').deleteMessage(third?.id ?? '')

    await verifyCommand(site, 'bob', { type: 'moveRead', room: 'general', seq: 0, force: true })

    expect(await my(site)).toMatchObject({ readOrdinal: 0, unreadMentions: [1] })
    expect(await site.room('general', 'bob')).toMatchObject({ ordinal: 3 })
  })

  test('a message of one’s own reads everything, also after the position was moved back', async () => {
    const site = await aSiteWithThree()
    await site.as('bob').moveRead('general', 3)
    await site.as('bob').moveRead('general', 0, true)

    await verifyCommand(site, 'bob', { type: 'postMessage', room: 'general', text: 'read it all' })

    expect(await my(site)).toMatchObject({ readSeq: 4, readOrdinal: 4, unreadMentions: [] })
  })

  test('of two devices that read at once the further position stays', async () => {
    const site = await aSiteWithThree()
    site.beforeNextCommit(() => site.as('bob').moveRead('general', 3))

    await site.as('bob').moveRead('general', 1)

    expect(await my(site)).toMatchObject({ readSeq: 3 })
  })

  test('positions that the room has not reached are refused', async () => {
    const site = await aSiteWithThree()
    const head = await site.head()

    for (const seq of [-1, 4]) {
      for (const force of [false, true]) {
        await expect(site.as('bob').moveRead('general', seq, force)).rejects.toMatchObject({
          code: 'validation_failed',
        })
      }
    }

    expect(await site.head()).toBe(head)
  })

  test('only members have a position; archived rooms can still be read', async () => {
    const site = await aSite({
      rooms: { general: ['alice'], plans: { private: true, members: ['alice'] } },
      users: ['bob'],
    })
    await site.as('alice').postMessage('general', 'x')
    await site.as('alice').moveRead('general', 0, true)
    await site.system.changeRoom('general', { archived: true })

    await expect(site.as('bob').moveRead('general', 1)).rejects.toMatchObject({ code: 'forbidden' })
    await expect(site.as('bob').moveRead('plans', 0)).rejects.toMatchObject({ code: 'not_found' })
    await expect(site.system.moveRead('general', 1)).rejects.toMatchObject({ code: 'forbidden' })
    await site.as('alice').moveRead('general', 1)
    expect(await site.room('general', 'alice')).toMatchObject({ my: { readSeq: 1 } })
  })

  test('who is removed between the check and the commit moves nothing', async () => {
    const site = await aSiteWithThree()
    site.beforeNextCommit(() => site.system.removeMember('general', 'bob'))

    await expect(site.as('bob').moveRead('general', 2)).rejects.toMatchObject({ code: 'forbidden' })
  })
})

/** Three messages by alice; the first and the last mention bob. */
async function aSiteWithThree(): Promise<TestSite> {
  const site = await aSite({ rooms: { general: ['alice', 'bob'] } })
  for (const text of ['one @bob', 'two', 'three @room']) await site.as('alice').postMessage('general', text)
  return site
}

async function my(site: TestSite) {
  return (await site.room('general', 'bob')).my
}
