import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PARTS } from './describe-storage.ts'

test('the suite tests exactly the rules of docs/storage.md, which are numbered without a hole', () => {
  const document = readFileSync(new URL('../../../../../docs/storage.md', import.meta.url), 'utf8')
  const written = [...document.matchAll(/^- `(ST\d+)`/gm)].map(([, id]) => id)
  const tested = new Set<string>()
  for (const part of PARTS) part((title) => tested.add(title.split(':')[0] ?? ''))

  expect(written).toEqual(Array.from({ length: written.length }, (_, i) => `ST${i + 1}`))
  expect(tested).toEqual(new Set(written))
})
