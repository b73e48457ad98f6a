import { expect, test } from 'vitest'
import { readArguments } from './arguments.ts'

const known = {
  slug: { type: 'positional' },
  name: { type: 'string' },
  private: { type: 'boolean' },
  member: { type: 'string' },
} as const

const read = (...words: string[]) => readArguments(words, known, ['member'])

test('flags and positional arguments come in any order', () => {
  const given = read('--name', 'The plans', 'plans', '--private')

  expect(given.positionals).toEqual(['plans'])
  expect(given.text('name')).toBe('The plans')
  expect(given.has('private')).toBe(true)
  expect(given.has('member')).toBe(false)
})

test.each([
  [['plans', '--member', 'a', '--member', 'b']],
  [['plans', '--member', 'a', 'b']],
  [['plans', '--member', 'a,b']],
  [['plans', '--member=a,b', '--private']],
])('%j names two members', (words) => {
  expect(read(...words).texts('member')).toEqual(['a', 'b'])
})

test.each([
  [[], 'SLUG is missing'],
  [['plans', 'more'], 'there is no place for “more” here'],
  [['plans', '--nmae', 'x'], 'there is no flag --nmae; did you mean --name?'],
  [['plans', '-x'], 'there is no flag --x'],
  [['plans', '--name', 'x', '--name', 'y'], '--name is given twice'],
  [['plans', '--name'], /--name/],
  [['plans', '--private=yes'], /--private/],
])('%j is wrong usage', (words, complaint) => {
  expect(() => read(...words)).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringMatching(complaint) }),
  )
})
