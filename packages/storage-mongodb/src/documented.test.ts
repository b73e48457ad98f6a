import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { INDEXES } from './indexes.ts'

const documented = readFileSync(new URL('../../../docs/mongodb.md', import.meta.url), 'utf8')

test('the table of collections in the documents has all of them and no others', () => {
  expect(Object.keys(rows()).toSorted()).toEqual(Object.keys(INDEXES).toSorted())
})

test('it says of each whether documents expire', () => {
  const expires = Object.entries(INDEXES).filter(([, indexes]) =>
    indexes.some(({ expireAfterSeconds }) => expireAfterSeconds !== undefined),
  )
  const said = Object.entries(rows()).filter(([, expiry]) => expiry !== '')

  expect(said.map(([name]) => name).toSorted()).toEqual(expires.map(([name]) => name).toSorted())
})

/** When the documents of each expire, in words. */
function rows(): Record<string, string> {
  const [, section = ''] = /^## Collections\n(.*?)^## /ms.exec(documented) ?? []
  const lines = section.split('\n').filter((line) => line.startsWith('| `'))
  const entries = lines.flatMap((line) => {
    const [, names = '', , , expiry = ''] = line.split('|').map((cell) => cell.trim())
    return [...names.matchAll(/`(\w+)`/g)].map(([, name = '']) => [name, expiry] as const)
  })
  return Object.fromEntries(entries)
}
