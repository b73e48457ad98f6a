import { expect, test } from 'vitest'
import { redactPosted } from './redact-posted.ts'
import type { Message } from './entities.ts'

test('DL2a: of a logged message the message alone is replaced', () => {
  const logged = {
    position: 7,
    at: '2026-01-01T00:00:00.000Z',
    type: 'message.posted',
    roomId: 'room',
    payload: {
      users: [{ id: 'b' }],
      message: { text: 'swordfish' },
      mentioned: { userIds: ['b'], room: false },
      room: { lastSeq: 1 },
    },
  }
  const now: Pick<Message, 'id' | 'text'> = { id: 'm1', text: '' }

  const redacted: unknown = JSON.parse(redactPosted(JSON.stringify(logged), now as Message))

  expect(redacted).toEqual({ ...logged, payload: { ...logged.payload, message: now } })
})
