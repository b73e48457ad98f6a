import { expect, test } from 'vitest'
import { ChatError, ERRORS } from './errors.ts'

test('every code has an HTTP status of an error, a title for people and a reaction that fits', () => {
  for (const [code, { status, title, client }] of Object.entries(ERRORS)) {
    expect(status, code).toBeGreaterThanOrEqual(400)
    expect(title, code).toMatch(/^[A-Z].*[^.]$/)
    // Who is asked for a password once more is not signed out.
    if (status === 401 && code !== 'wrong_password') expect(client, code).toBe('sign_in')
    if (client === 'back_off') expect([429, 503, 507], code).toContain(status)
    if (status >= 500) expect(['retry', 'back_off'], code).toContain(client)
  }
})

test('a refusal says its title where nothing more can be said, and keeps its cause to itself', () => {
  const cause = new Error('SQLITE_BUSY: /var/lib/suda.db')
  const plain = new ChatError('not_found', undefined, { cause })

  expect(plain).toMatchObject({ message: ERRORS.not_found.title, detail: undefined, status: 404 })
  expect(JSON.stringify(plain)).not.toContain('SQLITE')
  expect(new ChatError('stale', 'It moved.', { current: { revision: 2 } })).toMatchObject({
    detail: 'It moved.',
    current: { revision: 2 },
  })
  expect(new ChatError('rate_limited', undefined, { retryAfterSeconds: 30 }).retryAfterSeconds).toBe(30)
})
