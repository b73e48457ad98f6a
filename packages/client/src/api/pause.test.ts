import { ChatError } from '@suda/protocol'
import { expect, test } from 'vitest'
import { retryPauseMs } from './pause.ts'

const unavailable = new ChatError('unavailable')

test('pauses double from half a second to half a minute, and stay there for ever', () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7, 5_000].map((attempt) => retryPauseMs(attempt, unavailable, 1))

  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
})

test('chance makes a pause up to half shorter', () => {
  expect([0, 0.5].map((random) => retryPauseMs(1, unavailable, random))).toEqual([500, 750])
})

test('whatever chance says, it is not before the time that the server told', () => {
  const limited = new ChatError('rate_limited', undefined, { retryAfterSeconds: 7 })

  expect(retryPauseMs(0, limited, 0)).toBe(7_250)
})
