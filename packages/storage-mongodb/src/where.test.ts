import { MongoClient } from 'mongodb'
import { expect, test } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import {
  above,
  absent,
  anyOf,
  assertStorable,
  atLeast,
  atMost,
  below,
  between,
  both,
  filterOf,
  matches,
  oneOf,
  other,
  present,
  startsWith,
  type Condition,
} from './where.ts'

test('what is no scalar gets into no condition, wherever it stands', () => {
  for (const value of [
    { $gt: '' },
    { operators: { $gt: '' }, holds: () => true },
    ['a'],
    null,
    undefined,
    NaN,
    /a/,
    1n,
    new Date(NaN),
  ]) {
    const planted = JSON.parse('{}') // of type any, as what comes from outside may be
    Object.assign(planted, { value })
    expect(() => filterOf({ username: planted.value })).toThrow(TypeError)
    expect(() => filterOf(anyOf([{ slug: 'a' }, { slug: planted.value }]))).toThrow(TypeError)
    expect(() => matches({ username: planted.value }, { username: 'a' })).toThrow(TypeError)
    for (const compared of [above, atLeast, below, atMost, other])
      expect(() => compared(planted.value)).toThrow(TypeError)
    expect(() => between('a', planted.value)).toThrow(TypeError)
    expect(() => oneOf(['a', planted.value])).toThrow(TypeError)
  }
})

test('what is no scalar is stored nowhere, nor in what the audit tells beside', () => {
  const at = new Date(0)
  expect(() => assertStorable({ _id: 1, at, scopes: ['read'], detail: { role: 'guest', isNew: true } })).not.toThrow()
  expect(() => assertStorable({ _id: 1, role: { $gt: '' } })).toThrow(TypeError)
  expect(() => assertStorable({ _id: 1, detail: { role: { $gt: '' } } })).toThrow(TypeError)
})

test('a text that looks like an operator is compared as a text', () => {
  expect(filterOf({ username: '$gt' })).toEqual({ username: '$gt' })
})

test('two comparisons of one field are one, unless the second would replace the first', () => {
  expect(filterOf({ _id: both(oneOf(['a', 'b']), below('b')) })).toEqual({ _id: { $in: ['a', 'b'], $lt: 'b' } })
  expect(() => both(below('a'), below('b'))).toThrow(TypeError)
  expect(() => both(between(1, 5), atMost(3))).toThrow(TypeError)
})

test('of several alternatives one must hold, of none none does', () => {
  expect(filterOf(anyOf([{ a: 1 }, { b: 2 }]))).toEqual({ $or: [{ a: 1 }, { b: 2 }] })
  expect(filterOf(anyOf([{ a: 1 }]))).toEqual({ a: 1 })
  expect(filterOf(anyOf([]))).toEqual({ _id: { $in: [] } })
  expect(matches(anyOf([{ a: 1 }, { b: 2 }]), { b: 2 })).toBe(true)
  expect(matches(anyOf([]), {})).toBe(false)
})

const noon = new Date('2026-01-01T12:00:00Z')
/** A document, and whether it is found. */
const conditions: readonly (readonly [Condition, object, boolean])[] = [
  [{ name: '$gt' }, { name: '$gt' }, true],
  [{ at: noon }, { at: new Date(noon) }, true],
  [{ at: above(noon) }, { at: noon }, false],
  [{ at: atLeast(noon) }, { at: noon }, true],
  [{ n: below(2) }, {}, false],
  [{ n: atMost(2) }, { n: 2 }, true],
  [{ n: above(1) }, { n: '2' }, false],
  [{ n: other(1) }, {}, true],
  [{ n: other(1) }, { n: 1 }, false],
  [{ n: absent }, {}, true],
  [{ n: present }, { n: 0 }, true],
  [{ n: between(1, 3) }, { n: 3 }, true],
  [{ n: oneOf([1, 2]) }, { n: 3 }, false],
  [{ n: both(oneOf([1, 2]), below(2)) }, { n: 2 }, false],
  [{ key: startsWith('read:a:') }, { key: 'read:a:b' }, true],
  [{ key: startsWith('read:a:') }, { key: 'read:b:a' }, false],
  // U+FF61 is beyond the surrogates of U+1F389 in UTF-16, and before it in code points.
  [{ name: below('🎉') }, { name: '｡' }, true],
]

test('what matches here is what MongoDB finds', async () => {
  await using client = new MongoClient(mongoUrl())
  const documents = client.db().collection('documents')
  for (const [condition, document, isMatch] of conditions) {
    await documents.deleteMany({})
    await documents.insertOne({ ...document })
    expect([condition, matches(condition, document)]).toEqual([condition, isMatch])
    expect([condition, await documents.countDocuments(filterOf(condition))]).toEqual([condition, Number(isMatch)])
  }
})
