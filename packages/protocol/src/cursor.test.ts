import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatCursor, parseCursor } from './cursor.ts'

test('DL1: a cursor is an epoch and a position, and is read as it was written', () => {
  const epoch = fc.stringMatching(/^[a-z0-9]{1,32}$/)
  fc.assert(
    fc.property(epoch, fc.nat({ max: Number.MAX_SAFE_INTEGER }), (name, position) => {
      expect(parseCursor(formatCursor(name, position))).toEqual({ epoch: name, position })
    }),
  )
})

test.each([
  '',
  '.',
  'a',
  'a.',
  '.1',
  'a.-1',
  'a.01',
  'a.1.5',
  'a.1e3',
  'a.+1',
  'a. 1',
  'a.1\n',
  'A.1',
  'a-b.1',
  'a.9007199254740992',
  'a.99999999999999999999',
  `${'a'.repeat(33)}.1`,
  'a.１',
])('DL1: %j is no cursor', (text) => {
  expect(parseCursor(text)).toBeUndefined()
})
