import { randomUUID } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import type { Command } from '../../../../testing/mongodb/wire/traffic.ts'
import { aRoom, aStorage, codeOfRefusal, creating, freely, posting, textsOf } from '../testing/a-storage.ts'

async function behindProxy() {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url })
  return { proxy, storage }
}

test('commands that come together go into one transaction, and each gets its own answer', async () => {
  const { proxy, storage } = await behindProxy()
  const room = await aRoom(storage)
  const same = posting(room, 'same')
  await storage.commit([same], freely())
  const before = proxy.count('commitTransaction')

  const answers = await Promise.all([
    storage.commit([posting(room, 'one')], freely()),
    storage.commit([same], freely()),
    codeOfRefusal(storage.commit([posting(room, 'other', same.messageId)], freely())),
    codeOfRefusal(storage.commit([posting(room, 'x')], freely([{ kind: 'active', userId: 'nobody' }]))),
    storage.commit([posting(room, 'two')], freely()),
  ])

  expect(answers).toMatchObject([{ repeated: false }, { repeated: true }, 'conflict', 'not_found', { repeated: false }])
  expect(proxy.count('commitTransaction') - before).toBe(1)
  expect(await textsOf(storage, room)).toEqual(['same', 'one', 'two'])
})

test('a post asks the database for nothing that the last transaction left behind', async () => {
  const { proxy, storage } = await behindProxy()
  const room = await aRoom(storage)
  await storage.commit([posting(room, 'first')], freely([{ kind: 'reader', ...room }]))
  const before = proxy.count('find')

  await storage.commit([posting(room, 'second')], freely([{ kind: 'reader', ...room }]))

  expect(proxy.count('find')).toBe(before)
})

test('what another process has changed is read anew', async () => {
  const url = mongoUrl()
  const [one, two] = [await aStorage({ url }), await aStorage({ url })]
  const room = await aRoom(one)
  const open = freely([{ kind: 'roomOpen', roomId: room.roomId }])
  await one.commit([posting(room, 'first')], open)
  const archived = { type: 'room.changed', audience: [], roomId: room.roomId, room: { archived: true } } as const
  await two.commit([archived], freely())

  expect(await codeOfRefusal(one.commit([posting(room, 'second')], open))).toBe('room_archived')
})

test('what the commands of a group ask for after another process has written is read in one round trip', async () => {
  const { proxy, storage } = await behindProxy()
  const room = await aRoom(storage)
  const other = await aStorage({ url: proxy.url })
  await other.commit([posting(room, 'by another process')], freely())
  const before = proxy.commands.length
  const post = () => storage.commit([posting(room)], freely([{ kind: 'reader', ...room }]))

  await Promise.all([post(), post(), post()])

  const isRead = ({ name, body }: Command) => body['autocommit'] === false && ['find', 'aggregate'].includes(name)
  expect(proxy.commands.slice(before).filter(isRead)).toHaveLength(1)
})

test('ST2: a commit whose answer was lost is acknowledged once it is known, and stored once', async () => {
  const { proxy, storage } = await behindProxy()
  const room = await aRoom(storage)
  // Also the one that the driver asks again with.
  for (const _ of [1, 2]) proxy.meetNext('commitTransaction', 'lose the answer')

  const { changes } = await storage.commit([posting(room, 'lost')], freely())
  const next = await storage.commit([posting(room, 'next')], freely())

  expect(next.changes[0]?.position).toBe((changes[0]?.position ?? 0) + 1)
  expect(await textsOf(storage, room)).toEqual(['lost', 'next'])
})

test('ST2: what was in doubt is acknowledged by a commit of its own, which a majority has', async () => {
  const { proxy, storage } = await behindProxy()
  await aRoom(storage)
  for (const _ of [1, 2]) proxy.meetNext('commitTransaction', 'lose the answer')
  const before = proxy.count('commitTransaction')

  await storage.commit([creating(randomUUID())], freely())

  expect(proxy.count('commitTransaction') - before).toBe(3)
})

test('ST2: an error of a commit that says nothing of what became of it is no proof that it was lost', async () => {
  const { proxy, storage } = await behindProxy()
  await aRoom(storage)
  proxy.meetNext('commitTransaction', 'lose the answer')
  // To the driver, which asks again.
  const interrupted = { ok: 0, errmsg: 'operation was interrupted', code: 11_601, codeName: 'Interrupted' }
  proxy.meetNext('commitTransaction', { answer: interrupted })

  const { changes } = await storage.commit([creating(randomUUID())], freely())

  expect(changes).toMatchObject([{ type: 'user.created' }])
})

test.each(['findAndModify', 'bulkWrite', 'insert', 'commitTransaction'])(
  'ST3: a connection that is cut at %s before the server has it costs a retry, and nothing comes twice',
  async (command) => {
    const { proxy, storage } = await behindProxy()
    const room = await aRoom(storage)
    proxy.meetNext(command, 'cut')

    const posts = Array.from({ length: 40 }, (_, n) => storage.commit([posting(room, `m${n}`)], freely()))
    await Promise.all(posts)

    expect(await textsOf(storage, room)).toEqual(Array.from({ length: 40 }, (_, n) => `m${n}`))
  },
)

test('a disk that is full is told as that, and known until something was written', async () => {
  const { proxy, storage } = await behindProxy()
  const room = await aRoom(storage)
  const full = { answer: { ok: 0, errmsg: 'no space left on device', code: 14_031, codeName: 'OutOfDiskSpace' } }
  // The one or the other writes the message, as the version of the server allows.
  for (const command of ['bulkWrite', 'insert']) proxy.meetNext(command, full)

  expect(await codeOfRefusal(storage.commit([posting(room, 'lost')], freely()))).toBe('storage_full')
  expect(storage.status().fault).toBe('storage_full')
  await storage.commit([posting(room, 'kept')], freely())

  expect(storage.status().fault).toBeUndefined()
  expect(await textsOf(storage, room)).toEqual(['kept'])
})

test('what the database refuses of one command does not fail those that came with it', async () => {
  const { proxy, storage } = await behindProxy()
  const room = await aRoom(storage)
  const answer = { ok: 0, errmsg: 'object to insert too large', code: 10_334, codeName: 'BSONObjectTooLarge' }
  // The group, and then the first of them alone.
  for (const command of ['bulkWrite', 'bulkWrite', 'insert', 'insert']) proxy.meetNext(command, { answer })

  const texts = ['one', 'two', 'three']
  const answers = await Promise.all(texts.map((text) => codeOfRefusal(storage.commit([posting(room, text)], freely()))))

  expect(answers).toEqual(['Error: the database refused what it was asked', 'accepted', 'accepted'])
  expect(await textsOf(storage, room)).toEqual(['two', 'three'])
})

test.each([
  ['HostUnreachable', 6],
  ['ShutdownInProgress', 91],
  ['WriteConflict', 112],
  ['PrimarySteppedDown', 189],
  ['NotWritablePrimary', 10_107],
  ['InterruptedAtShutdown', 11_600],
])('%s in answer to a commit is tried again, and the message is stored once', async (codeName, code) => {
  const { proxy, storage } = await behindProxy()
  const room = await aRoom(storage)
  const errorLabels = ['TransientTransactionError']
  proxy.meetNext('commitTransaction', { answer: { ok: 0, errmsg: codeName, code, codeName, errorLabels } })

  await storage.commit([posting(room, 'once')], freely())

  expect(await textsOf(storage, room)).toEqual(['once'])
})

test('a name that two processes give away at once without looking goes to one, and the other is told', async () => {
  const url = mongoUrl()
  const [one, two] = [await aStorage({ url }), await aStorage({ url })]

  const answers = await Promise.all(
    [one, two, one, two].map((storage) => codeOfRefusal(storage.commit([creating(randomUUID(), 'alice')], freely()))),
  )

  expect(answers.sort()).toEqual(['accepted', 'taken', 'taken', 'taken'])
  expect((await one.head()).position).toBe(1)
})

test('DL2: three processes that write as fast as they can leave one dense log, and each command is stored once', async () => {
  const url = mongoUrl()
  const storages = [await aStorage({ url }), await aStorage({ url }), await aStorage({ url })]
  const room = await aRoom(storages[0] ?? expect.fail())
  const texts = Array.from({ length: 150 }, (_, n) => `m${n}`)

  const next = (n: number) => storages[n % 3] ?? expect.fail()
  await Promise.all(texts.map((text, n) => next(n).commit([posting(room, text)], freely())))

  expect((await textsOf(storages[1] ?? expect.fail(), room)).sort()).toEqual(texts.sort())
  const log = (await storages[2]?.changesAfter(0, 1_000)) ?? []
  expect(log.map(({ position }) => position)).toEqual(log.map((_, index) => index + 1))
})

test('an object in the place of a text is refused before the database sees it', async () => {
  const storage = await aStorage({ url: mongoUrl() })
  const room = await aRoom(storage)
  const anything = JSON.parse('{"$gt": ""}')

  const hostile: Promise<unknown>[] = [
    storage.user({ username: anything }),
    storage.session(anything),
    storage.message(anything),
    storage.keptAnswer('a', anything).then((kept) => kept ?? Promise.reject(new TypeError('no such key'))),
    storage.commit([posting(room, anything)], freely()),
    storage.commit([posting({ ...room, roomId: anything })], freely()),
    storage.commit([posting(room)], freely([{ kind: 'active', userId: anything }])),
    storage.commit(
      [creating(randomUUID(), anything)],
      freely([{ kind: 'unique', field: 'username', value: anything }]),
    ),
  ]
  await Promise.all(hostile.map((one) => expect(one).rejects.toBeInstanceOf(TypeError)))
  expect(await textsOf(storage, room)).toEqual([])
})

test('a database that is away for longer than a command waits is told as unavailable, and found again', async () => {
  const { proxy, storage } = await shortOfPatience()
  const room = await aRoom(storage)
  proxy.freeze()

  expect(await codeOfRefusal(storage.commit([posting(room, 'unknown')], freely()))).toBe('unavailable')
  expect(storage.status().fault).toBe('unavailable')
  proxy.thaw()
  await storage.commit([posting(room, 'after')], freely())

  expect(storage.status().fault).toBeUndefined()
  expect(await textsOf(storage, room)).toContain('after')
}, 60_000)

test('commands that wait behind one that nobody answered are told with it, and do not try one after the other', async () => {
  const { proxy, storage } = await shortOfPatience()
  const room = await aRoom(storage)
  const { groups } = storage.status().commits
  proxy.freeze()

  const posts = Array.from({ length: 350 }, () => codeOfRefusal(storage.commit([posting(room)], freely())))

  expect(new Set(await Promise.all(posts))).toEqual(new Set(['unavailable']))
  expect(storage.status().commits.groups).toBe(groups + 1)
  proxy.thaw()
  await storage.commit([posting(room, 'after')], freely())
}, 60_000)

async function shortOfPatience() {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url, limits: { patienceMs: 500, silenceMs: 1_000 } })
  return { proxy, storage }
}
