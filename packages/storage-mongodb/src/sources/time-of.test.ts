import { Decimal128, Long } from 'mongodb'
import { expect, test } from 'vitest'
import { timeOf } from './time-of.ts'

test.each([
  [new Date('2016-03-01T12:00:00Z'), '2016-03-01T12:00:00.000Z'],
  ['2016-03-01T12:00:00.5Z', '2016-03-01T12:00:00.500Z'],
  ['2016-03-01T21:00:00+09:00', '2016-03-01T12:00:00.000Z'],
  ['2016-03-01', '2016-03-01T00:00:00.000Z'],
  [1_456_833_600, '2016-03-01T12:00:00.000Z'],
  [1_456_833_600_000, '2016-03-01T12:00:00.000Z'],
  [Long.fromNumber(1_456_833_600_000), '2016-03-01T12:00:00.000Z'],
  [0, '1970-01-01T00:00:00.000Z'],
  [new Date('1969-12-31'), '1969-12-31T00:00:00.000Z'],
])('%s tells a time', (value, time) => {
  expect(timeOf(value)?.toISOString()).toBe(time)
})

test.each([
  undefined,
  null,
  '',
  'yesterday',
  '2016-02-31T25:00:00Z',
  '1',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  1e300,
  new Date(Number.NaN),
  new Date('-000001-01-01T00:00:00Z'),
  new Date(Date.now() + 60_000),
  Long.MAX_VALUE,
  Decimal128.fromString('1456833600'),
  { $date: '2016-03-01T12:00:00Z' },
  ['2016-03-01'],
])('%s tells none', (value) => {
  expect(timeOf(value)).toBeUndefined()
})
