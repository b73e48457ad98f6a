import { readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readOrMakeSecret } from './secret.ts'
import { aFolder } from './testing/run-suda.ts'

test('the secret is made once, whole, and for its owner alone', () => {
  const folder = aFolder()

  const secret = readOrMakeSecret(folder)

  expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(readOrMakeSecret(folder)).toBe(secret)
  expect(readdirSync(folder)).toEqual(['secret'])
  expect(statSync(join(folder, 'secret')).mode & 0o777).toBe(0o600)
})

test('a file that holds no secret is not taken for one, and not replaced', () => {
  const folder = aFolder()
  writeFileSync(join(folder, 'secret'), 'short\n')

  expect(() => readOrMakeSecret(folder)).toThrow(expect.objectContaining({ kind: 'unusable' }))
})
