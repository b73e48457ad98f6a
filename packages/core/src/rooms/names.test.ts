import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { asName, asSlug, asTopic } from './names.ts'

const refused = expect.objectContaining({ code: 'validation_failed' })

describe('asSlug', () => {
  test.each(['general', 'a', '1', 'a-b_c', '회의', '회의-2', 'x'.repeat(64)])('takes %s', (slug) => {
    expect(asSlug(slug)).toBe(slug)
  })

  test('puts Hangul together', () => {
    expect(asSlug('회의'.normalize('NFD'))).toBe('회의'.normalize('NFC'))
  })

  test.each([
    '',
    'General',
    '-a',
    'a-',
    'a--b',
    'a b',
    'a/b',
    '../a',
    'a.b',
    'a\n',
    'ㅎㅗㅣ',
    'é',
    '회의\u200b',
    'x'.repeat(65),
    '0d9e5b1a-6d5e-4c1b-9f6e-000000000001',
  ])('refuses %j', (slug) => {
    expect(() => asSlug(slug)).toThrow(refused)
  })

  test('what it takes it takes again, unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '0', '-', '_', '가', '\u1112\u116c', 'A', '.') }), (text) => {
        let slug: string
        try {
          slug = asSlug(text)
        } catch {
          return
        }
        expect(asSlug(slug)).toBe(slug)
      }),
    )
  })
})

describe('asName', () => {
  const name = (text: string) => asName(text, { max: 10 })

  test('cuts blanks off and puts letters together', () => {
    expect(name('  Ann \u00a0')).toBe('Ann')
    expect(name('e\u0301')).toBe('é')
    expect(name('👩‍🚀 앨리스')).toBe('👩‍🚀 앨리스')
  })

  test.each([
    '',
    '  ',
    '\u200b',
    '\u2800',
    '\u3164',
    'a\nb',
    'a\u2028b',
    'a\u202eb',
    '\u2066a',
    'a\u0000',
    '\ud800',
    'x'.repeat(11),
  ])('refuses %j', (text) => {
    expect(() => name(text)).toThrow(refused)
  })
})

test('a topic of blanks is none', () => {
  expect([asTopic(''), asTopic(' \n'), asTopic(' talk ')]).toEqual(['', '', 'talk'])
  expect(() => asTopic('\u200b')).toThrow(refused)
  expect(() => asTopic('x'.repeat(251))).toThrow(refused)
})
