import { argon2Sync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { HashInput } from './argon2id.ts'
import { Passwords } from './passwords.ts'

const COSTS = { memory: 19_456, passes: 2, parallelism: 1 }
const SALT = Buffer.alloc(16, 1)

describe('a hashed password', () => {
  test('is an Argon2id hash that can be computed again', async () => {
    const passwords = new Passwords()
    const hash = await passwords.hash('correct horse')

    const [, kind, version, costs, salt = '', digest = ''] = hash.split('$')
    expect([kind, version, costs]).toEqual(['argon2id', 'v=19', 'm=19456,t=2,p=1'])
    const again = argon2Sync('argon2id', {
      ...COSTS,
      message: 'correct horse',
      nonce: Buffer.from(salt, 'base64'),
      tagLength: 32,
    })
    expect(Buffer.from(digest, 'base64')).toEqual(again)
    expect(await passwords.hash('correct horse')).not.toBe(hash)
  })

  test('proves right by the same text alone, however its letters are put together', async () => {
    const passwords = new Passwords()
    const stored = await passwords.hash('caf\u00e9 cr\u00e8me')

    expect(await passwords.verify('cafe\u0301 cre\u0300me', stored)).toBe(true)
    expect(await passwords.verify('cafe creme', stored)).toBe(false)
    expect(await passwords.verify('', stored)).toBe(false)
  })

  test('of other costs is checked at those costs, and is to be hashed anew', async () => {
    const passwords = new Passwords()
    const cheap = phc({ text: 'correct horse', memory: 1_024 })

    expect(await passwords.verify('correct horse', cheap)).toBe(true)
    expect(await passwords.verify('correct house', cheap)).toBe(false)
    expect(passwords.needsRehash(cheap)).toBe(true)
    const rehashed = await passwords.rehash('correct horse')
    expect(passwords.needsRehash(rehashed ?? '')).toBe(false)
    expect(await passwords.verify('correct horse', rehashed)).toBe(true)
  })

  test.each([
    '',
    'correct horse',
    '$argon2i$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AQEBAQEBAQEBAQEBAQEBAQ',
    '$argon2id$v=19$m=262145,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AQEBAQEBAQEBAQEBAQEBAQ',
    '$argon2id$v=19$m=19456,t=17,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AQEBAQEBAQEBAQEBAQEBAQ',
    '$argon2id$v=19$m=19456,t=2,p=9$AQEBAQEBAQEBAQEBAQEBAQ$AQEBAQEBAQEBAQEBAQEBAQ',
    '$argon2id$v=19$m=8,t=2,p=2$AQEBAQEBAQEBAQEBAQEBAQ$AQEBAQEBAQEBAQEBAQEBAQ',
    '$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAR$AQEBAQEBAQEBAQEBAQEBAQ',
    '$argon2id$v=19$m=19456,t=2,p=1$AQ$AQEBAQEBAQEBAQEBAQEBAQ',
    '$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AQ',
    '$argon2id$v=19$m=19456,t=2,p=1$AQEBAQEBAQEBAQEBAQEBAQ$AQEBAQEBAQEBAQEBAQEBAQ\n',
  ])('that stands in the storage as %j is a fault, which does not repeat it', async (stored) => {
    const passwords = new Passwords()

    const fault = 'A stored password is no Argon2id hash that this version can check'
    await expect(passwords.verify('correct horse', stored)).rejects.toThrow(fault)
    expect(() => passwords.needsRehash(stored)).toThrow(fault)
  })
})

describe('a wrong password', () => {
  test.each([
    ['of somebody unknown', 'correct horse', undefined],
    ['that is too long', 'x'.repeat(257), phc({ text: 'correct horse' })],
    ['that is ill-formed', 'lone \ud800 surrogate', phc({ text: 'correct horse' })],
    ['that is too long, of somebody unknown', 'x'.repeat(100_000), undefined],
    ['that is wrong', 'correct house', phc({ text: 'correct horse' })],
  ])('%s costs as much work as any other', async (_, text, stored) => {
    const done: HashInput[] = []
    const passwords = new Passwords({
      async argon2id(input) {
        done.push(input)
        return Buffer.alloc(input.bytes)
      },
    })

    expect(await passwords.verify(text, stored)).toBe(false)
    expect(done).toMatchObject([{ memoryKib: 19_456, passes: 2, lanes: 1, bytes: 32 }])
    expect(done[0]?.text.length).toBeLessThanOrEqual(256)
  })

  test('that is too long does not prove right where nothing at all was hashed', async () => {
    expect(await new Passwords().verify('x'.repeat(257), phc({ text: '' }))).toBe(false)
  })
})

describe('a password that is set', () => {
  test.each(['', 'seven77', 'x'.repeat(257), 'lone \ud800 surrogate'])('is not %j', async (text) => {
    await expect(new Passwords().hash(text)).rejects.toMatchObject({ code: 'validation_failed' })
  })

  test.each(['password', 'PassWord1', '12345678', 'iloveyou', 'qwertyuiop', 'ｐａｓｓｗｏｒｄ'])(
    'is not %j, which everybody tries first',
    async (text) => {
      const refusal = { code: 'validation_failed', detail: expect.stringContaining('most common') }
      await expect(new Passwords().hash(text)).rejects.toMatchObject(refusal)
    },
  )

  test('is not a name of its user or of the site', async () => {
    const unlike = ['alice.liddell', 'The Tea Party']
    const refusal = { code: 'validation_failed', detail: expect.stringContaining('a name') }

    await expect(new Passwords().hash('Alice.Liddell', { unlike })).rejects.toMatchObject(refusal)
    await expect(new Passwords().hash('the tea party ', { unlike })).rejects.toMatchObject(refusal)
    expect(await new Passwords().hash('alice.liddell at the tea party', { unlike })).toMatch(/^\$argon2id\$/)
  })
})

function phc({ memory = COSTS.memory, text }: { readonly memory?: number; readonly text: string }): string {
  const hash = argon2Sync('argon2id', { ...COSTS, memory, message: text, nonce: SALT, tagLength: 32 })
  const [salt, digest] = [SALT, hash].map((bytes) => bytes.toString('base64').replaceAll('=', ''))
  return `$argon2id$v=19$m=${memory},t=2,p=1$${salt}$${digest}`
}
