import type { Storage } from '@suda/core'
import { ChatError } from '@suda/protocol'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Outcome } from './foreign-row.ts'
import { inboxPoster } from './inbox.ts'
import type { SourceSettings } from './source-settings.ts'
import { sourcePoster, type SourceRow } from './sources.ts'
import { startServer, type TestServer } from './testing/start-server.ts'

const board: SourceSettings = {
  name: 'board',
  collection: 'message',
  room: 'parent',
  author: 'userid',
  text: 'content',
}
const silent = pino({ level: 'silent' })

test('their names of rooms and people are looked up, and taken for ours where they are not in the list', async () => {
  const { server, alice, roomId } = await aRoom()
  const rooms = { '7': 'general', constructor: 'general' }
  const { post } = aPoster(server, { ...board, rooms, authors: { u1: 'Alice', u2: alice.userId } })

  const outcomes = await post([
    { room: '7', author: 'u1', text: 'both' },
    { room: 'general', author: 'alice', text: 'neither' },
    { room: roomId, author: 'u2', text: 'ids' },
    { room: 'constructor', author: alice.userId, text: 'a name of everybody’s' },
    { room: '8', author: 'u1', text: 'x' },
    { room: '7', author: 'u3', text: 'x' },
    { room: '__proto__', author: 'toString', text: 'x' },
    { room: '7', author: 'u1' },
  ])

  expect(outcomes).toEqual([
    ...[1, 2, 3, 4].map(() => ({ posted: true })),
    { error: 'not_found: There is nothing here that you may see' },
    { error: 'not_found: There is no such author.' },
    { error: 'not_found: There is no such author.' },
    { error: 'validation_failed: There is no text in “content”.' },
  ])
  expect(await messagesOf(server, roomId)).toMatchObject([
    { text: 'both', authorId: alice.userId, via: { kind: 'source', name: 'board' }, ordinal: 1 },
    { text: 'neither' },
    { text: 'ids' },
    { text: 'a name of everybody’s' },
  ])
})

test('where the host’s people have ids of their own, one that looks like a user name is not that user', async () => {
  const { server, roomId } = await aRoom()
  const hostUser = '0d9e5b1a-6d5e-4c1b-9f6e-0000000000aa'
  await addHostUser(server.storage, hostUser, 'host:42')
  await server.addUser('admin', 'owner')
  const { post } = aPoster(server, { ...board, issuer: 'host', authors: { root: 'admin' } })

  const outcomes = await post([
    { room: 'general', author: '42', text: 'by the host’s 42' },
    { room: 'general', author: 'admin', text: 'x' },
    { room: 'general', author: hostUser, text: 'x' },
    { room: 'general', author: 'root', text: 'by the operator’s word' },
  ])

  expect(outcomes.map((outcome) => 'posted' in outcome)).toEqual([true, false, false, true])
  expect((await messagesOf(server, roomId)).map(({ authorId }) => authorId)[0]).toBe(hostUser)
})

test('what was there before is silent and has its own date; line ends of forms become plain', async () => {
  const { server, roomId } = await aRoom()
  const { post } = aPoster(server, board)
  const old = { writtenAt: '2016-03-01T12:00:00.000Z', isSilent: true } as const

  await post([{ room: 'general', author: 'alice', text: 'one\r\ntwo\rthree @alice', ...old }])

  expect(await messagesOf(server, roomId)).toMatchObject([
    { text: 'one\ntwo\nthree @alice', mentions: [], ordinal: 0, createdAt: old.writtenAt },
  ])
})

test.each(['unavailable', 'storage_full', 'rate_limited'] as const)(
  'behind a row that is %s nothing is posted, and it comes again',
  async (code) => {
    const { server, roomId } = await aRoom()
    let failures = 1
    const failing = { ...server, chat: chatThatFails(server, () => failures-- > 0 && new ChatError(code)) }
    const { post } = aPoster(failing, board)
    const rows = ['one', 'two'].map((text) => ({ room: 'general', author: 'alice', text }))

    expect(await post(rows)).toEqual([{ again: new ChatError(code) }, { again: new ChatError(code) }])
    expect(await messagesOf(server, roomId)).toEqual([])
    expect(await post(rows)).toEqual([{ posted: true }, { posted: true }])
  },
)

test('a row that fails by a fault of ours is given up in the end, and those behind it are not', async () => {
  const { server, roomId } = await aRoom()
  const chat = chatThatFails(server, (name) => name === 'alice' && new TypeError('a bug'))
  const { post } = aPoster({ ...server, chat }, board)
  await server.addUser('bob')
  const rows = ['alice', 'bob'].map((author) => ({ room: 'general', author, text: `by ${author}` }))

  const outcomes: (readonly Outcome[])[] = []
  for (let tries = 0; tries < 5; tries++) outcomes.push(await post(rows))

  const again = { again: new TypeError('a bug') }
  expect(outcomes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => [again, again]))
  expect(outcomes[4]).toEqual([{ error: 'internal: The server cannot post this.' }, again])
  expect(await post(rows.slice(1))).toEqual([{ posted: true }])
  expect((await messagesOf(server, roomId)).map(({ text }) => text)).toEqual(['by bob'])
})

test('a single row of the inbox is refused by its answer, and comes again by a rejection', async () => {
  const { server } = await aRoom()
  const post = inboxPoster(server.chat, silent)
  const failing = inboxPoster(
    chatThatFails(server, () => new ChatError('unavailable')),
    silent,
  )
  const row = { room: 'general', author: 'alice', text: 'hello', sourceId: '1' }

  expect(await post(row)).toEqual({ posted: true })
  expect(await post({ ...row, author: 7 })).toEqual({ error: 'validation_failed: There is no text in “author”.' })
  await expect(failing(row)).rejects.toMatchObject({ code: 'unavailable' })
})

async function aRoom() {
  const server = await startServer()
  const alice = await server.addUser('alice')
  const roomId = await server.addRoom('general', { owner: alice })
  return { server, alice, roomId }
}

function aPoster({ chat }: Pick<TestServer, 'chat'>, settings: SourceSettings) {
  const post = sourcePoster(chat, [settings], silent)
  let count = 0
  const ids = new Map<object, string>()
  const idOf = (row: object) => ids.get(row) ?? (ids.set(row, `${++count}`), `${count}`)
  return {
    post: (rows: readonly Partial<SourceRow>[]) =>
      post(rows.map((row) => ({ ...row, source: 'board', sourceId: idOf(row) }))),
  }
}

/** @param failure for whom, when an author is looked up */
function chatThatFails({ chat }: TestServer, failure: (name: string) => false | Error): TestServer['chat'] {
  return new Proxy(chat, {
    get: (target, key) => {
      if (key === 'postInOrder') return target.postInOrder.bind(target)
      if (key !== 'actorByName') return Reflect.get(target, key)
      return async (...[ref, via]: Parameters<TestServer['chat']['actorByName']>) => {
        const error = failure('username' in ref ? ref.username : '')
        if (error !== false) throw error
        return target.actorByName(ref, via)
      }
    },
  })
}

async function addHostUser(storage: Storage, userId: string, externalId: string): Promise<void> {
  const user = { kind: 'human', username: 'hannah', displayName: 'Hannah', siteRole: 'member', externalId } as const
  const by = { via: { kind: 'host' }, requestId: 'a-test' } as const
  await storage.commit([{ type: 'user.created', audience: ['server'], userId, user }], { preconditions: [], by })
}

async function messagesOf({ storage }: TestServer, roomId: string) {
  return (await storage.messages(roomId, { limit: 100 })).messages
}
