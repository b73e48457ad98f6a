import { expect, test } from 'vitest'
import { escapeLine, forTerminal } from './log.ts'

const hostile = 'a\u001b[2J\u009b\nb\u202e\u007f'

test('a line of JSON keeps its meaning, and no control character leaves', () => {
  const line = escapeLine(`${JSON.stringify({ msg: hostile })}\n`)

  expect(line).toMatch(/^[\u0020-\u007e]*\n$/)
  expect(JSON.parse(line)).toEqual({ msg: hostile })
})

test('on a terminal nothing that people wrote moves the cursor or begins a line', () => {
  const { msg, err } = JSON.parse(
    forTerminal(JSON.stringify({ msg: hostile, err: { stack: 'Error: x\n  at y\u001b' } })),
  ) as {
    msg: string
    err: { stack: string }
  }

  expect(msg).toBe('a\\u001b[2J\\u009b\\u000ab\\u202e\\u007f')
  expect(err.stack).toBe('Error: x\n  at y\\u001b')
})
