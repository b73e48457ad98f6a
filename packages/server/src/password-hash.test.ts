import { argon2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashPassword } from './password-hash.ts'

test('a password is kept as an Argon2id hash that can be computed again', async () => {
  const hash = await hashPassword('correct horse')

  const [, kind, version, costs, salt = '', digest = ''] = hash.split('$')
  expect([kind, version, costs]).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1'])
  const again = argon2Sync('argon2id', {
    message: 'correct horse',
    nonce: Buffer.from(salt, 'base64'),
    memory: 19_456,
    passes: 2,
    parallelism: 1,
    tagLength: 32,
  })
  expect(Buffer.from(digest, 'base64')).toEqual(again)
  expect(await hashPassword('correct horse')).not.toBe(hash)
})

test.each(['', 'seven77', 'x'.repeat(257), 'lone \ud800 surrogate'])('%j is no password', async (text) => {
  await expect(hashPassword(text)).rejects.toMatchObject({ code: 'validation_failed' })
})
