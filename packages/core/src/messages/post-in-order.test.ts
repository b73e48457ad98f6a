import { ChatError } from '@suda/protocol'
import { expect, test } from 'vitest'
import { aSite, type TestSite } from '../testing/a-site.ts'
import type { Post } from './post-in-order.ts'

test('messages of several people become messages in their order, and what is refused leaves no gap', async () => {
  const site = await aSite({ rooms: { general: ['alice'], other: ['alice'] }, users: ['bob'] })
  const refuse = () => Promise.reject(new ChatError('not_found', 'nobody'))

  const settled = await site.chat.postInOrder([
    post(site, 'alice', 'one'),
    post(site, 'bob', 'two'),
    refuse,
    post(site, 'bob', 'three'),
    post(site, 'alice', 'elsewhere', 'nowhere'),
    post(site, 'alice', 'four'),
  ])

  expect(settled.map(({ status }) => status)).toEqual([
    'fulfilled',
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
  ])
  expect((await site.messages('general')).map(({ text, seq }) => [text, seq])).toEqual([
    ['one', 1],
    ['two', 2],
    ['three', 3],
    ['four', 4],
  ])
  expect(await site.members('general')).toEqual(['alice', 'bob'])
})

test.each([new ChatError('unavailable'), new Error('a bug')])('nothing overtakes what fails by %s', async (failure) => {
  const site = await aSite({ rooms: { general: ['alice'] } })

  const settled = await site.chat.postInOrder([
    post(site, 'alice', 'one'),
    () => Promise.reject(failure),
    post(site, 'alice', 'three'),
  ])

  expect(settled).toMatchObject([
    { status: 'fulfilled' },
    { status: 'rejected', reason: failure },
    { status: 'rejected', reason: failure },
  ])
  expect((await site.messages('general')).map(({ text }) => text)).toEqual(['one'])
})

test('a foreign row that was posted before is repeated, and those beside it are not', async () => {
  const site = await aSite({ rooms: { general: ['alice'] } })
  const row = (sourceId: string) => post(site, 'alice', sourceId, 'general', sourceId)
  await site.chat.postInOrder([row('b')])

  const settled = await site.chat.postInOrder([row('a'), row('b'), row('c')])

  expect(settled.map((one) => one.status === 'fulfilled' && one.value.repeated)).toEqual([false, true, false])
  expect((await site.messages('general')).map(({ text }) => text)).toEqual(['b', 'a', 'c'])
})

function post(site: TestSite, name: string, text: string, room = 'general', sourceId?: string): () => Promise<Post> {
  const messageId = crypto.randomUUID()
  const command = { type: 'postMessage', messageId, room, text } as const
  const source = sourceId === undefined ? {} : { source: { source: 'board', sourceId } }
  const { actor } = site.as(name, { via: { kind: 'source', name: 'board' } })
  return async () => ({ command: { ...command, ...source }, actor, request: { requestId: messageId } })
}
