import { expect, test } from 'vitest'
import { sourceList } from './source-settings.ts'

const board = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content' }

test('a source names a collection and its fields, and what their values mean where that is not plain', () => {
  const whole = { ...board, at: 'meta.date', rooms: { '7': 'general' }, authors: { admin: 'alice' }, issuer: 'host' }

  expect(sourceList.parse([board, { ...whole, name: 'other', collection: 'posts' }])).toHaveLength(2)
})

test.each([
  [{ ...board, name: 'my board' }, 'a name has letters'],
  [{ ...board, name: '' }, 'a name has letters'],
  [{ ...board, name: 'inbox' }, 'the name inbox is taken'],
  [{ ...board, collection: 'system.views' }, 'not the name of a collection'],
  [{ ...board, collection: '' }, 'not the name of a collection'],
  [{ ...board, collection: 'a$b' }, 'not the name of a collection'],
  [{ ...board, room: '$where' }, 'not the name of a field'],
  [{ ...board, text: 'a..b' }, 'not the name of a field'],
  [{ ...board, text: 'a.$b' }, 'not the name of a field'],
  [{ ...board, issuer: 'a:b' }, 'an issuer has no blank'],
  [{ ...board, rooms: { a: '' } }, 'Too small'],
  [{ ...board, colour: 'red' }, 'Unrecognized key'],
  [{ name: 'board', collection: 'message' }, 'expected string'],
])('%j is none: %s', (source, complaint) => {
  expect(sourceList.safeParse([source]).error?.message).toContain(complaint)
})

test('no name and no collection stands twice', () => {
  expect(sourceList.safeParse([board, { ...board, collection: 'posts' }]).error?.message).toContain('each name')
  expect(sourceList.safeParse([board, { ...board, name: 'other' }]).error?.message).toContain('each collection')
})
