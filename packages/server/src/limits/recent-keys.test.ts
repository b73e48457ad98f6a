import { expect, test } from 'vitest'
import { RecentKeys } from './recent-keys.ts'

test('the keys that were added last stay', () => {
  const keys = new RecentKeys(2)
  for (const key of ['a', 'b', 'a', 'c']) keys.add(key)

  expect(['a', 'b', 'c'].map((key) => keys.has(key))).toEqual([true, false, true])
})
