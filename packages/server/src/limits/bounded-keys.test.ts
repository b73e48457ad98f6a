import { expect, test } from 'vitest'
import { BoundedKeys } from './bounded-keys.ts'

interface Mark {
  isIdle: boolean
}

test('as many keys are remembered as may be, and what is idle makes room for others', () => {
  const keys = someKeys(3)
  for (const name of ['a', 'b', 'c']) keys.claim(name).isIdle = false
  keys.claim('b').isIdle = true

  const d = keys.claim('d')
  expect(keys.size).toBe(3)
  expect(keys.claim('d')).toBe(d)
  expect(keys.claim('a')).toEqual({ isIdle: false })
})

test('where nothing is idle new keys share one value, and those that are trusted have their own', () => {
  const keys = someKeys(2)
  for (const name of ['a', 'b']) keys.claim(name).isIdle = false

  const shared = keys.claim('c')
  expect(keys.read('d')).toBe(shared)
  expect(keys.claim('e')).toBe(shared)
  expect(keys.size).toBe(2)
  expect(keys.read('f', true)).not.toBe(shared)
  expect(keys.claim('f', true)).not.toBe(shared)
  expect(keys.size).toBe(3)
})

test('looking at a key does not make it one that is remembered', () => {
  const keys = someKeys(2)

  expect(keys.read('a')).toEqual({ isIdle: true })
  expect(keys.size).toBe(0)
})

test('what is forgotten is new again', () => {
  const keys = someKeys(2)
  const old = keys.claim('a')

  keys.forget('a')
  expect(keys.claim('a')).not.toBe(old)
})

test('a table that was full of blocked keys has room again once they are idle', () => {
  const keys = someKeys(1_000)
  const marks = Array.from({ length: 1_000 }, (_, index) => keys.claim(`old ${index}`))
  for (const mark of marks) mark.isIdle = false
  const shared = keys.claim('in between')

  for (const mark of marks) mark.isIdle = true
  for (let index = 0; index < 1_000; index++) expect(keys.claim(`new ${index}`)).not.toBe(shared)
  expect(keys.size).toBeLessThanOrEqual(1_000)
})

function someKeys(max: number): BoundedKeys<Mark> {
  return new BoundedKeys({ max, make: () => ({ isIdle: true }), isIdle: ({ isIdle }) => isIdle })
}
