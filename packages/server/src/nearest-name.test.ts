import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

test.each([
  ['prot', ['host', 'port'], 'port'],
  ['SUDA_DATABASEURL', ['SUDA_DATA', 'SUDA_DATABASE_URL'], 'SUDA_DATABASE_URL'],
  ['start', ['start', 'user add'], 'start'],
  ['completely-different', ['host', 'port'], undefined],
  ['', ['host'], undefined],
])('%j among %j is taken for %j', (name, known, meant) => {
  expect(nearestName(name, known)).toBe(meant)
})
