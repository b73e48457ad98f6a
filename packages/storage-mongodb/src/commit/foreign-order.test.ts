/** A foreign row never overtakes one in front of it that could not be stored: that one comes again. */

import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { startMongoProxy } from '../../../../testing/mongodb/wire/mongo-proxy.ts'
import { aRoom, aStorage, codeOfRefusal, freely, posting, textsOf } from '../testing/a-storage.ts'

const full = { answer: { ok: 0, code: 14_031, codeName: 'OutOfDiskSpace', errmsg: 'no space left' } }

test('of rows that fill more than one transaction none is stored when the first fails; what people post is', async () => {
  const proxy = await startMongoProxy(mongoUrl())
  onTestFinished(() => proxy.close())
  const storage = await aStorage({ url: proxy.url })
  const room = await aRoom(storage)
  const row = (n: number) => ({ ...posting(room, `row ${n}`), source: { source: 'board', sourceId: `${n}` } })
  const post = (n: number) => codeOfRefusal(storage.commit([row(n)], freely()))
  proxy.meetNext('findAndModify', full)

  const rows = Array.from({ length: 120 }, (_, n) => post(n))
  const posted = codeOfRefusal(storage.commit([posting(room, 'by hand')], freely()))

  expect(new Set(await Promise.all(rows))).toEqual(new Set(['storage_full']))
  expect(await posted).toBe('accepted')
  expect(await textsOf(storage, room)).toEqual(['by hand'])
  expect(await post(0)).toBe('accepted')
})
