import { expect, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { openMongo } from '../open-mongo.ts'
import { aRoom, aStorage } from '../testing/a-storage.ts'
import { postInto, theirs } from '../testing/foreign-rows.ts'

const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content' }

test.each(['messages', 'users', 'inbox', 'taken', 'sources', 'system.profile'])(
  '“%s” is no source',
  async (collection) => {
    const opening = openMongo({ url: mongoUrl(), sources: [{ ...board, collection }] })

    await expect(opening).rejects.toMatchObject({
      kind: 'settings',
      message: `the source “board” cannot be used: the collection “${collection}” is Suda’s or MongoDB’s own`,
    })
  },
)

test('a view is no source, since nobody tells of its documents', async () => {
  const url = mongoUrl()
  await (await theirs(url)).createCollection('message', { viewOn: 'others', pipeline: [] })

  await expect(openMongo({ url, sources: [board] })).rejects.toMatchObject({
    kind: 'settings',
    message: expect.stringContaining('“message” is a view'),
  })
})

test('a name stands for one collection for ever', async () => {
  const url = mongoUrl()
  const storage = await aStorage({ url, sources: [board] })
  await storage.sources.start(postInto(storage, await aRoom(storage)))

  await expect(openMongo({ url, sources: [{ ...board, collection: 'other' }] })).rejects.toMatchObject({
    kind: 'settings',
    message: expect.stringContaining('it was the collection “message” before'),
  })
  await aStorage({ url, sources: [{ ...board, text: 'another field' }] })
})
