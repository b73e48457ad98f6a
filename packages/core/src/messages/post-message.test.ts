import type { Message } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyChanges, verifyCommand } from '../testing/verify-command.ts'

describe('postMessage', () => {
  test('a member posts, and every kind of reader ends in the state that a fresh read gives', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })

    await verifyCommand(site, 'alice', { type: 'postMessage', room: 'general', text: 'hello @bob' })

    expect(await site.messages('general')).toMatchObject([{ seq: 1, text: 'hello @bob', mentions: [{ as: 'bob' }] }])
    expect(await site.room('general', 'bob')).toMatchObject({ ordinal: 1, my: { readOrdinal: 0, unreadMentions: [1] } })
    expect(await site.room('general', 'alice')).toMatchObject({
      my: { readSeq: 1, readOrdinal: 1, unreadMentions: [] },
    })
  })

  test('a reader of a public room joins by posting', async () => {
    const site = await aSite({ rooms: { general: ['alice'] }, users: ['bob'] })

    const changes = await verifyCommand(site, 'bob', { type: 'postMessage', room: 'general', text: 'hi' })

    expect(changes.map((change) => change.type)).toEqual(['member.joined', 'message.posted'])
  })

  test('two first posts of one person at once join once', async () => {
    const site = await aSite({ rooms: { general: [] }, users: ['bob'] })
    site.beforeNextCommit(() => site.as('bob').postMessage('general', 'first'))

    await site.as('bob').postMessage('general', 'second')

    expect(await site.members('general')).toEqual(['bob'])
    expect((await site.messages('general')).map(({ text }) => text)).toEqual(['first', 'second'])
    expect((await site.changesAfter(site.headBefore)).map(({ type }) => type)).toEqual([
      'member.joined',
      'message.posted',
      'message.posted',
    ])
  })

  test('into a room that one may not read nobody posts, and the refusal is that of a room that is not there', async () => {
    const site = await aSite({
      rooms: { plans: { private: true, members: ['alice'] }, general: ['alice'] },
      roles: { gus: 'guest', ada: 'admin', otto: 'owner' },
      users: ['bob'],
    })
    const head = await site.head()

    for (const name of ['bob', 'gus', 'ada', 'otto']) {
      for (const room of ['plans', 'nowhere']) {
        await expect(site.as(name).postMessage(room, 'x')).rejects.toMatchObject({
          code: 'not_found',
          detail: undefined,
        })
      }
    }
    await expect(site.as('gus').postMessage('general', 'x')).rejects.toMatchObject({ code: 'not_found' })
    await expect(site.system.postMessage('general', 'x')).rejects.toMatchObject({ code: 'forbidden' })

    expect(await site.head()).toBe(head)
  })

  test('a guest posts where the guest is a member', async () => {
    const site = await aSite({ rooms: { general: ['gus'] }, roles: { gus: 'guest' } })

    expect(await site.as('gus').postMessage('general', 'hi')).toMatchObject({ seq: 1, authorId: site.user('gus') })
  })

  test('a member removed between the check and the commit posts nothing', async () => {
    const site = await aSite({ rooms: { plans: { private: true, members: ['bob'], moderators: ['alice'] } } })
    site.beforeNextCommit(() => site.as('alice').removeMember('plans', 'bob'))

    await expect(site.as('bob').postMessage('plans', 'too late')).rejects.toMatchObject({ code: 'not_found' })

    expect(await site.messages('plans')).toMatchObject([{ kind: 'system', system: { type: 'removed' } }])
  })

  test('a public room that turns private between the check and the commit is joined by nobody', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia'] } }, users: ['bob'] })
    site.beforeNextCommit(() => site.as('mia').changeRoom('general', { visibility: 'private' }))

    await expect(site.as('bob').postMessage('general', 'too late')).rejects.toMatchObject({ code: 'not_found' })

    expect(await site.members('general')).toEqual(['mia'])
  })

  test('an archived room takes no message, also where it is archived while somebody writes', async () => {
    const site = await aSite({ rooms: { old: { archived: true, members: ['bob'] }, general: { moderators: ['bob'] } } })
    await expect(site.as('bob').postMessage('old', 'x')).rejects.toMatchObject({ code: 'room_archived' })

    site.beforeNextCommit(() => site.system.changeRoom('general', { archived: true }))
    await expect(site.as('bob').postMessage('general', 'x')).rejects.toMatchObject({ code: 'room_archived' })

    expect([await site.messages('old'), await site.messages('general')]).toEqual([[], []])
  })

  test('who is muted cannot post', async () => {
    const site = await aSite({ rooms: { general: ['bob'] } })
    await site.mute('general', 'bob')

    await expect(site.as('bob').postMessage('general', 'x')).rejects.toMatchObject({ code: 'muted' })

    expect(await site.messages('general')).toEqual([])
  })

  test('text that shows nothing, is broken or too long is refused, and nothing is stored', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })

    for (const text of ['', '   ', '\u200b\u200b', '\u2800', 'a\u0000b', 'a\r\nb', '\ud800', 'x'.repeat(8001)]) {
      await expect(site.as('alice').postMessage('general', text), JSON.stringify(text)).rejects.toMatchObject({
        code: 'invalid_text',
      })
    }

    expect(await site.head()).toBe(site.headBefore)
  })

  test('the same id with the same body again makes nothing new, whatever happened to the message and the room', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['alice'] } } })
    const alice = site.as('alice')
    const again = () => alice.postMessage('general', 'hello', { messageId: ID })
    await again()
    const head = await site.head()

    expect(await again()).toMatchObject({ text: 'hello', revision: 1 })
    await alice.editMessage(ID, 'edited')
    expect(await again()).toMatchObject({ text: 'edited', revision: 2 })
    await alice.changeRoom('general', { archived: true })
    expect(await again()).toMatchObject({ text: 'edited' })
    await alice.deleteMessage(ID)
    expect(await again()).toMatchObject({ text: '', deletedAt: expect.any(String) })

    expect(await site.head()).toBe(head + 4) // the edit, the archiving and its note, the delete
  })

  test('a retry that overtakes its first attempt posts once', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const post = () => site.as('alice').postMessage('general', 'hello', { messageId: ID })
    site.beforeNextCommit(post)

    await post()

    expect(await site.messages('general')).toHaveLength(1)
  })

  test('the same id for anything else is a conflict that tells nothing', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'], other: ['alice'] } })
    const other = await site.as('alice').postMessage('general', 'first')
    await site.as('alice').postMessage('general', 'hello', { messageId: ID })
    const head = await site.head()
    const conflict = { code: 'conflict', detail: undefined }

    await expect(site.as('alice').postMessage('general', 'other', { messageId: ID })).rejects.toMatchObject(conflict)
    await expect(site.as('alice').postMessage('other', 'hello', { messageId: ID })).rejects.toMatchObject(conflict)
    await expect(site.as('bob').postMessage('general', 'hello', { messageId: ID })).rejects.toMatchObject(conflict)
    const reply = { messageId: ID, replyTo: other.id }
    await expect(site.as('alice').postMessage('general', 'hello', reply)).rejects.toMatchObject(conflict)

    expect(await site.head()).toBe(head)
  })

  test('a reply in a thread raises the thread and not what is unread in the main view', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })
    const root = await site.as('alice').postMessage('general', 'root')
    await site.as('bob').moveRead('general', 1)

    await verifyCommand(site, 'alice', { type: 'postMessage', room: 'general', text: 'reply', threadId: root.id })
    const deleted = await site.as('alice').postMessage('general', 'again', { threadId: root.id })
    await verifyCommand(site, 'alice', { type: 'deleteMessage', messageId: deleted.id })

    expect(await site.messages('general')).toMatchObject([{ text: 'root', thread: { count: 1 } }])
    expect(await site.room('general', 'bob')).toMatchObject({ lastSeq: 3, ordinal: 1, my: { readOrdinal: 1 } })
  })

  test('quotes and threads stay in their room, and threads hang below the main view', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['alice'] }, other: ['alice'] } })
    const alice = site.as('alice')
    const [root, elsewhere] = [await alice.postMessage('general', 'root'), await alice.postMessage('other', 'x')]
    const reply = await alice.postMessage('general', 'reply', { threadId: root.id })
    await alice.changeRoom('general', { topic: 'talk' })
    const note = (await site.messages('general')).at(-1)
    const head = await site.head()

    for (const place of [
      { replyTo: elsewhere.id },
      { replyTo: UNKNOWN },
      { threadId: elsewhere.id },
      { threadId: UNKNOWN },
      { threadId: reply.id },
      { threadId: note?.id ?? '' },
    ]) {
      await expect(alice.postMessage('general', 'x', place)).rejects.toMatchObject({ code: 'validation_failed' })
    }
    expect(await site.head()).toBe(head)
    expect(await alice.postMessage('general', 'x', { replyTo: reply.id })).toMatchObject({ replyTo: reply.id })
  })

  test('a row from outside is posted once and leaves the author’s read position alone', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const inbox = site.as('alice', { via: { kind: 'inbox' } })
    const source = { source: 'inbox', sourceId: 'a:1' }

    await verifyChanges(site, () => inbox.postMessage('general', 'deployed', { source }))
    await expect(inbox.postMessage('general', 'deployed', { source })).rejects.toMatchObject({ code: 'not_found' })

    expect(await site.messages('general')).toMatchObject([{ text: 'deployed', via: { kind: 'inbox' } }])
    expect(await site.room('general', 'alice')).toMatchObject({ ordinal: 1, my: { readSeq: 0, readOrdinal: 0 } })
  })

  test('an old row from outside makes nothing unread, mentions nobody and keeps the time when it was written', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })
    const board = site.as('alice', { via: { kind: 'source', name: 'board' } })
    const source = { source: 'board', sourceId: '1', writtenAt: '2016-03-01T00:00:00.000Z', isSilent: true } as const

    await verifyChanges(site, () => board.postMessage('general', 'hello @bob and @room', { source }))

    expect(await site.messages('general')).toMatchObject([
      {
        text: 'hello @bob and @room',
        mentions: [],
        createdAt: source.writtenAt,
        via: { kind: 'source', name: 'board' },
      },
    ])
    expect(await site.room('general', 'bob')).toMatchObject({ ordinal: 0, my: { readOrdinal: 0, unreadMentions: [] } })
  })

  test('only by an inbox or a source are foreign rows posted', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const source = { source: 'board', sourceId: '1', isSilent: true } as const

    for (const kind of ['session', 'token', 'webhook', 'host', 'cli'] as const) {
      const posting = site.as('alice', { via: { kind } }).postMessage('general', 'x', { source })
      await expect(posting, kind).rejects.toMatchObject({ code: 'forbidden' })
    }

    expect(await site.messages('general')).toEqual([])
  })

  test('a session that ended or a token that was deleted meanwhile posts nothing', async () => {
    const site = await aSite({ rooms: { general: ['alice'] } })
    const ended = { sessionId: UNKNOWN }
    const deleted = { tokenId: UNKNOWN, via: { kind: 'token', name: 'bot' } } as const

    for (const credential of [ended, deleted]) {
      await expect(site.as('alice', credential).postMessage('general', 'x')).rejects.toMatchObject({
        code: 'unauthenticated',
      })
    }

    expect(await site.messages('general')).toEqual([] satisfies Message[])
  })
})

const ID = '0d9e5b1a-6d5e-4c1b-9f6e-000000000001'
const UNKNOWN = '0d9e5b1a-6d5e-4c1b-9f6e-000000000002'
