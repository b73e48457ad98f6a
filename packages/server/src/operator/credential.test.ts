import { expect, test } from 'vitest'
import { isSignedBy, signRequest } from './credential.ts'

const now = 1_700_000_000_000
const signed = signRequest('secret', 'body', now)

test('a request is signed for its secret, its body and its minute', () => {
  expect(isSignedBy('secret', 'body', signed, now + 59_000)).toBe(true)
  expect(isSignedBy('another', 'body', signed, now)).toBe(false)
  expect(isSignedBy('secret', 'bodx', signed, now)).toBe(false)
  expect(isSignedBy('secret', 'body', signed, now + 61_000)).toBe(false)
  expect(isSignedBy('secret', 'body', signed, now - 61_000)).toBe(false)
  expect(isSignedBy('secret', 'body', signed.replace(String(now), String(now + 1)), now)).toBe(false)
})

test.each([undefined, '', 'Bearer x', 'Suda-Operator', `${signed}0`, ` ${signed}`])(
  '%j signs nothing',
  (authorization) => {
    expect(isSignedBy('secret', 'body', authorization, now)).toBe(false)
  },
)
