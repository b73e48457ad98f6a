import { expect, test } from 'vitest'
import { parsePace } from './pace.ts'

test.each([
  ['5/s', { count: 5, perMs: 1_000, burst: 5 }],
  ['5/s,20', { count: 5, perMs: 1_000, burst: 20 }],
  ['1/3s,5', { count: 1, perMs: 3_000, burst: 5 }],
  ['30/min', { count: 30, perMs: 60_000, burst: 30 }],
  [' 10 / 15 min , 3 ', { count: 10, perMs: 900_000, burst: 3 }],
  ['5/1h', { count: 5, perMs: 3_600_000, burst: 5 }],
])('%j is a pace', (text, pace) => {
  expect(parsePace(text)).toEqual(pace)
})

test.each([
  '',
  '5',
  '5/',
  '/s',
  '0/s',
  '5/0s',
  '5/s,0',
  '5/s,',
  '-5/s',
  '1.5/s',
  '5/d',
  '5/ms',
  '5/s,20,1',
  '1e3/s',
  '1000000/s',
])('%j is none', (text) => {
  expect(parsePace(text)).toBeUndefined()
})
