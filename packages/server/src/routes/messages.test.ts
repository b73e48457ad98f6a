import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { startServer } from '../testing/start-server.ts'

test('a posted message is answered with 201 and its place, and is in the history', async () => {
  const { addRoom, addUser } = await startServer()
  const alice = await addUser('alice')
  const roomId = await addRoom('general', { owner: alice })
  const id = randomUUID()

  const posted = await alice.post('/api/rooms/general/messages', { id, text: 'hello' })
  const history = await alice.get('/api/rooms/general/messages')

  expect(posted).toMatchObject({
    status: 201,
    body: { message: { id, roomId, seq: 1, text: 'hello', authorId: alice.userId } },
  })
  expect(posted.body.cursor).toMatch(/^[a-z0-9]+\.\d+$/)
  expect(history).toMatchObject({
    status: 200,
    body: { messages: [posted.body.message], hasBefore: false, hasAfter: false },
  })
})
