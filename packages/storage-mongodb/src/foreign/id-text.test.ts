import { Binary, Decimal128, Long, ObjectId, UUID } from 'mongodb'
import { expect, test } from 'vitest'
import { idText } from './id-text.ts'

test.each([
  [new ObjectId('507f1f77bcf86cd799439011'), '507f1f77bcf86cd799439011'],
  ['507f1f77bcf86cd799439011', '"507f1f77bcf86cd799439011"'],
  [new UUID('0d9e5b1a-6d5e-4c1b-9f6e-000000000001'), '0d9e5b1a-6d5e-4c1b-9f6e-000000000001'],
  [5, '5'],
  [Long.fromNumber(5), '5'],
  [Long.fromString('9007199254740993'), '9007199254740993'],
  ['5', '"5"'],
  [5.5, '{"$numberDouble":"5.5"}'],
  [Decimal128.fromString('5.0'), '{"$numberDecimal":"5.0"}'],
  [true, 'true'],
  [null, 'null'],
  [new Date(0), '{"$date":{"$numberLong":"0"}}'],
  [{ b: 1, a: 'x' }, '{"b":{"$numberInt":"1"},"a":"x"}'],
  [new Binary(Buffer.from('a')), '{"$binary":{"base64":"YQ==","subType":"00"}}'],
])('%s is known as %s', (id, text) => {
  expect(idText(id)).toBe(text)
})

test('a long id is known by its hash, and two long ones by two', () => {
  const [one, other] = ['x'.repeat(1_000), `${'x'.repeat(999)}y`].map(idText)

  expect(one).toMatch(/^sha256:[0-9a-f]{64}$/)
  expect(other).not.toBe(one)
})
