import { expect, test } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../testing/mongodb/wire/mongo-proxy.ts'
import { GatheredReads } from './gathered-reads.ts'
import { aRoom, aStorage, codeOfRefusal, freely, posting } from './testing/a-storage.ts'

/** Reads that count, of documents that are their own keys. */
function counting(known: readonly string[]) {
  const asked: (readonly string[])[] = []
  const reads = new GatheredReads<string>(
    async (keys) => {
      asked.push(keys)
      return known.filter((key) => keys.includes(key))
    },
    (key) => key,
  )
  return { asked, reads }
}

test('what is asked for in one turn of the event loop is one read, of each key once', async () => {
  const { asked, reads } = counting(['a', 'b'])

  expect(await Promise.all(['a', 'b', 'a', 'c'].map((key) => reads.get(key)))).toEqual(['a', 'b', 'a', undefined])
  expect(asked).toEqual([['a', 'b', 'c']])
})

test('nothing is answered by a read that began before', async () => {
  const { asked, reads } = counting(['a'])
  await reads.get('a')

  await Promise.all([reads.get('a'), reads.get('a')])

  expect(asked).toEqual([['a'], ['a']])
})

test('more keys than go into one read are two reads', async () => {
  const { asked, reads } = counting([])

  await Promise.all(Array.from({ length: 501 }, (_, n) => reads.get(String(n))))

  expect(asked.map((keys) => keys.length)).toEqual([500, 1])
})

test('a read that fails fails for all who asked, and for nobody after them', async () => {
  let fails = true
  const reads = new GatheredReads<string>(
    async (keys) => (fails ? Promise.reject(new Error('away')) : keys),
    (key) => key,
  )

  const answers = await Promise.allSettled([reads.get('a'), reads.get('b')])
  fails = false

  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await reads.get('a')).toBe('a')
})

test('many requests at once cost as many round trips as one', async () => {
  const proxy = await startMongoProxy(mongoUrl())
  const storage = await aStorage({ url: proxy.url })
  const room = await aRoom(storage)
  const posts = Array.from({ length: 20 }, () => posting(room))
  await Promise.all(posts.map((post) => storage.commit([post], freely())))
  const findsOf = async (work: () => Promise<unknown>) => {
    const before = proxy.count('find')
    await work()
    return proxy.count('find') - before
  }
  const readAll = (ids: readonly string[]) =>
    Promise.all(ids.flatMap((id) => [storage.messageOrigin(id), storage.room(room.roomId, room.userId)]))
  const ids = posts.map(({ messageId }) => messageId)

  expect(await findsOf(() => readAll(ids))).toBe(await findsOf(() => readAll(ids.slice(0, 1))))
  await proxy.close()
})

test('an object in the place of a key is refused, and the others get what they asked for', async () => {
  const storage = await aStorage({ url: mongoUrl() })
  const { userId } = await aRoom(storage)
  const anything = JSON.parse('{"$gt": ""}')

  const [refused, user] = await Promise.all([
    codeOfRefusal(storage.user({ id: anything })),
    storage.user({ id: userId }),
  ])

  expect(refused).toContain('TypeError')
  expect(user?.user.id).toBe(userId)
})
