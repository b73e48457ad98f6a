import { expect, test } from 'vitest'
import { OpenStreams } from './stream-limits.ts'

test('an IPv6 customer is one address, however many they use', () => {
  const open = new OpenStreams({ perUser: Infinity, perAddress: 2 })

  expect(open.admit('a', '2001:db8::1')).toBeDefined()
  expect(open.admit('b', '2001:db8:0:0:ffff::2')).toBeDefined()
  expect(open.admit('c', '2001:db8::3:0:0:1')).toBeUndefined()
  expect(open.admit('d', '2001:db8:0:1::1')).toBeDefined()
  expect(open.admit('e', '::ffff:10.0.0.1')).toBeDefined()
  expect(open.admit('e', '::ffff:10.0.0.2')).toBeDefined()
})

test('a refused stream counts for nothing, and a closed one makes room', () => {
  const open = new OpenStreams({ perUser: 1, perAddress: 2 })
  const close = open.admit('a', '10.0.0.1')

  expect(open.admit('a', '10.0.0.1')).toBeUndefined()
  expect(open.admit('b', '10.0.0.1')).toBeDefined()
  expect(open.admit('c', '10.0.0.1')).toBeUndefined()
  close?.()
  expect(open.admit('a', '10.0.0.1')).toBeDefined()
})
