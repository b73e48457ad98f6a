import { expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD, signUp } from '../../testing/a-site-of-people.ts'
import { quickPasswords } from '../../testing/quick-passwords.ts'
import { argon2id } from '../passwords/argon2id.ts'
import { formatPhc } from '../passwords/phc.ts'

const LONG = 'y'.repeat(256)
const BASE = 'correct horse battery'

const twins: readonly (readonly [what: string, own: string, tried: string, isRight: boolean])[] = [
  ['the same', BASE, BASE, true],
  ['256 characters', LONG, LONG, true],
  ['256 characters, one more', LONG, `${LONG}y`, false],
  ['256 characters, one less', LONG, LONG.slice(1), false],
  ['alike in the first 72 bytes', `${'z'.repeat(72)}b`, `${'z'.repeat(72)}c`, false],
  ['the first 72 bytes', `${'z'.repeat(72)}b`, 'z'.repeat(72), false],
  ['alike in the first 128 characters of 4 bytes', `${'😀'.repeat(127)}b`, `${'😀'.repeat(127)}c`, false],
  ['with a NUL', `${BASE}\0x`, `${BASE}\0x`, true],
  ['alike up to a NUL', `${BASE}\0x`, `${BASE}\0y`, false],
  ['up to its NUL', `${BASE}\0x`, BASE, false],
  ['NUL alone', '\0'.repeat(8), '\0'.repeat(9), false],
  ['composed and decomposed', 'caf\u00e9 cr\u00e8me', 'cafe\u0301 cre\u0300me', true],
  [
    'Hangul, composed and decomposed',
    '\uc548\ub155\ud558\uc138\uc694 \uc5ec\ub7ec\ubd84',
    '\uc548\ub155\ud558\uc138\uc694 \uc5ec\ub7ec\ubd84'.normalize('NFD'),
    true,
  ],
  ['with and without its marks', 'caf\u00e9 cr\u00e8me', 'cafe creme', false],
  ['a ligature and its letters', '\ufb01sh and chips', 'fish and chips', false],
  ['full width', '\uff46ish and chips', 'fish and chips', false],
  ['in capitals', BASE, BASE.toUpperCase(), false],
  ['with a space at the end', BASE, `${BASE} `, false],
  ['a lone surrogate for a letter', `${BASE}\ufffd`, `${BASE}\ud800`, false],
  ['nothing', BASE, '', false],
]

test('a password is right to its last byte, in either composition, and no other', async () => {
  const { passwords } = quickPasswords()
  const { server, signIn } = await aSiteOfPeople({ passwords, config: { signUp: 'open' } })

  for (const [index, [what, own, tried, isRight]] of twins.entries()) {
    const made = await signUp(server, `user${index}`, { password: own })
    const [right, other] = [await signIn(`user${index}`, own), await signIn(`user${index}`, tried)]
    expect([what, made.status, right.status, other.status]).toEqual([what, 201, 200, isRight ? 200 : 401])
  }
})

test('what is too long or ill-formed is no password, and what is far too long is not read', async () => {
  const { hashed, passwords } = quickPasswords()
  const { owner, server, signIn } = await aSiteOfPeople({ passwords, config: { signUp: 'open' } })
  const before = hashed.length

  for (const password of ['', 'y'.repeat(7), `${LONG}y`, 'lone surrogate \ud800', 'y'.repeat(60_000)]) {
    expect(await signUp(server, 'pupil', { password })).toMatchObject({
      status: 422,
      body: { code: 'validation_failed' },
    })
  }
  const megabyte = 'y'.repeat(2 ** 20)
  expect(await signUp(server, 'pupil', { password: megabyte })).toMatchObject({ status: 413 })
  expect(await signIn('owner', megabyte)).toMatchObject({ status: 413 })
  expect(await owner.put('/api/me/password', { currentPassword: megabyte, newPassword: BASE })).toMatchObject({
    status: 413,
  })
  expect(hashed.length).toBe(before)
})

test('a password of lower cost than today’s is hashed anew when it has proved right, and not when it has not', async () => {
  const { passwords } = quickPasswords()
  const { server, signIn } = await aSiteOfPeople({ passwords })
  const salt = Buffer.alloc(16, 7)
  const costs = { memoryKib: 1_024, passes: 1, lanes: 1, salt }
  const hash = await argon2id({ ...costs, memoryKib: 8, text: PASSWORD, bytes: 32 })
  const old = formatPhc({ ...costs, hash })
  const system = { kind: 'system', via: { kind: 'cli' } } as const
  await server.chat.execute({ type: 'setPassword', user: 'owner', passwordHash: old }, system, { requestId: 'a-test' })
  const stored = async () => (await server.storage.user({ username: 'owner' }))?.passwordHash

  expect(await signIn('owner', 'wrong password')).toMatchObject({ status: 401 })
  expect(await stored()).toBe(old)
  expect(await signIn('owner')).toMatchObject({ status: 200 })
  expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(await signIn('owner')).toMatchObject({ status: 200 })
})
