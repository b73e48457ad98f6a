import { expect, test } from 'vitest'
import { openEvents } from '../testing/open-events.ts'
import { startServer } from '../testing/start-server.ts'

test('the personal feed begins with hello and tells each change with its place', async () => {
  const { addRoom, addUser, siteId } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })

  const events = await openEvents(alice, '/api/feed')
  const hello = await events.next()
  const posted = await alice.post('/api/rooms/general/messages', { text: 'hello' })
  const change = await events.next()

  expect(hello).toMatchObject({ event: 'hello', data: { resumed: false, protocol: 1, build: 'test', siteId } })
  expect(hello.id).toBeUndefined()
  expect(change.event).toBeUndefined()
  expect(change.id).toBe(posted.body.cursor)
  expect(change.data).toMatchObject({ type: 'message.posted', payload: { message: posted.body.message } })
})
