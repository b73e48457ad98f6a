import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { assertReadableText } from './text.ts'

describe('assertReadableText', () => {
  test.each([
    ['a line, another', 'a\n\tb'],
    ['Hangul', '안녕'],
    ['Hangul taken apart', '안녕'.normalize('NFD')],
    ['a lone consonant of Hangul', 'ㅋ'],
    ['a family', '👩‍👩‍👧‍👦'],
    ['a flag of tags', '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}'],
    ['an emoji that our tables may not know yet', '\u{1fae9}'],
    ['a code point that nobody has assigned', '\u{3fffd}'],
    ['private use', '\ue000'],
    ['right to left', '\u202eabc'],
    ['one character', 'x'],
    ['the most there may be', 'x'.repeat(8000)],
    ['the most, in surrogate pairs', '😀'.repeat(4000)],
  ])('takes %s', (_name, text) => {
    expect(() => assertReadableText(text)).not.toThrow()
  })

  test.each([
    ['nothing', ''],
    ['blanks', ' \t\n\u00a0\u3000\u2003'],
    ['zero-width characters', '\u200b\u200c\u200d\ufeff\u2060'],
    ['Hangul fillers', '\u3164\u115f\u1160\uffa0'],
    ['Braille’s blank', '\u2800\u2800'],
    ['a soft hyphen', '\u00ad'],
    ['variation selectors and tags', '\ufe0f\u{e0100}\u{e0041}'],
    ['marks without a letter', '\u0301\u20e3'],
    ['bidi controls', '\u202a\u202c\u2066\u2069'],
    ['NUL', 'a\u0000'],
    ['escape', 'a\u001b[31m'],
    ['a carriage return', 'a\r\n'],
    ['DEL and C1', 'a\u007f\u0085'],
    ['half a pair, first', 'a\ud83d'],
    ['half a pair, second', '\ude00a'],
    ['one character too many', 'x'.repeat(8001)],
  ])('refuses %s', (_name, text) => {
    expect(() => assertReadableText(text)).toThrow(expect.objectContaining({ code: 'invalid_text' }))
  })

  test('a text that is taken stays so with anything readable behind it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (text) => {
        expect(() => assertReadableText(`${text.replaceAll(/\p{Cc}/gu, '')}x`)).not.toThrow()
      }),
    )
  })
})
