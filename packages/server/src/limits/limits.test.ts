import { expect, test } from 'vitest'
import { Limits, type LimitOptions } from './limits.ts'

test('who is too fast is told how long to wait, each by themselves', () => {
  const { limits, pass } = someLimits({ limitRooms: { count: 30, perMs: 3_600_000, burst: 2 } })
  limits.take('rooms', 'alice')
  limits.take('rooms', 'alice')

  expect(() => limits.take('rooms', 'alice')).toThrow(tooFast(120))
  limits.take('rooms', 'bob')
  pass(119_500)
  expect(() => limits.take('rooms', 'alice')).toThrow(tooFast(1))
  pass(500)
  limits.take('rooms', 'alice')
})

test('an address is its network', () => {
  const { limits } = someLimits()
  for (let index = 0; index < 5; index++) limits.take('signUps', `2001:db8::${index}`)

  expect(() => limits.take('signUps', '2001:db8::ffff')).toThrow(tooFast(720))
  limits.take('signUps', '2001:db8:0:1::1')
})

test('what is looked at does not count, what is noted always does', () => {
  const { limits } = someLimits({ limitRoomMessages: { count: 1, perMs: 1_000, burst: 2 } })
  for (let index = 0; index < 5; index++) limits.allow('roomMessages', 'general')
  for (let index = 0; index < 5; index++) limits.note('roomMessages', 'general')

  expect(() => limits.allow('roomMessages', 'general')).toThrow(tooFast(1))
})

test('the code of the set-up may be wrong ten times from one address, and a hundred times from all', () => {
  const { limits } = someLimits()
  for (let index = 0; index < 100; index++) limits.take('setUpCode', `10.0.0.${Math.floor(index / 10)}`)

  expect(() => limits.allow('setUpCode', '10.0.0.1')).toThrow(tooFast(90))
  expect(() => limits.allow('setUpCode', '10.0.1.1')).toThrow(tooFast(9))
})

test('what is refused by one bucket counts in no other', () => {
  const { limits, pass } = someLimits()
  for (let index = 0; index < 1_000; index++) {
    if (index < 10) limits.take('setUpCode', '10.0.0.1')
    else expect(() => limits.take('setUpCode', '10.0.0.1')).toThrow(tooFast(90))
  }

  pass(1)
  limits.allow('setUpCode', '10.0.0.2')
})

test.each([
  ['one limit', { limitChanges: 'off' }],
  ['all limits', { rateLimits: false }],
] as const)('who sets up the server may lift %s', (_, options) => {
  const { limits } = someLimits(options)

  for (let index = 0; index < 1_000; index++) limits.take('changes', 'alice')
})

test('only so many requests are worked on at once', () => {
  const { limits } = someLimits({ limitAtOnce: 2 })
  const end = limits.begin()
  limits.begin()

  expect(() => limits.begin()).toThrow(expect.objectContaining({ code: 'unavailable', retryAfterSeconds: 1 }))
  end()
  end()
  limits.begin()
  expect(() => limits.begin()).toThrow(expect.objectContaining({ code: 'unavailable' }))
})

test('lifted limits hold back no number of requests', () => {
  const { limits } = someLimits({ limitAtOnce: 1, rateLimits: false })

  for (let index = 0; index < 10; index++) limits.begin()
})

function tooFast(retryAfterSeconds: number) {
  return expect.objectContaining({ code: 'rate_limited', retryAfterSeconds })
}

function someLimits(options: Partial<LimitOptions> = {}) {
  let time = 0
  return {
    limits: new Limits({ rateLimits: true, ...options }, () => time),
    pass: (ms: number) => {
      time += ms
    },
  }
}
