import { createParser, type EventSourceMessage } from 'eventsource-parser'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { sseFrame, sseShape } from './frame.ts'
import { chunked, toChunk } from './shape.ts'

test('DL4: whatever a value holds, an independent parser reads the same event back', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('\n', '\r\n\r\ndata: x', 'id: e1.9', ': x', '\u2028\u0000\ufeff'),
  )

  fc.assert(
    fc.property(text, fc.nat(), (value, position) => {
      const data = JSON.stringify({ value })

      const [event] = parsed(sseFrame({ event: 'signal', data, id: `e1.${position}` }))

      expect(event).toMatchObject({ event: 'signal', id: `e1.${position}` })
      expect(JSON.parse(event?.data ?? '')).toEqual({ value })
    }),
  )
})

test('DL4: what other readers take for the end of a line leaves as an escape', () => {
  const value = 'a\u2028id: e1.9\u2029data: {}\u0085b'

  const frame = sseFrame({ data: JSON.stringify({ value }), id: 'e1.1' }).toString()

  expect(frame.split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(4)
  expect(JSON.parse(frame.split('\n')[1]?.slice('data: '.length) ?? '')).toEqual({ value })
})

test.each([
  ['a line feed in the id', { data: '{}', id: 'e1.\n2' }],
  ['a carriage return in the id', { data: '{}', id: 'e1.\r2' }],
  ['NUL in the id', { data: '{}', id: 'e1.\u00002' }],
  ['an empty id that was not asked for', { data: '{}', id: '' }],
  ['a second line of data', { data: '{\n}' }],
  ['a second line of data after a lone carriage return', { data: '{\r}' }],
  ['a line break in the name', { event: 'a\nb', data: '{}' }],
])('DL4: %s is refused', (_what, event) => {
  expect(() => sseFrame(event)).toThrow(RangeError)
})

test('a null id clears the one that the client keeps, an absent one leaves it', () => {
  expect(sseFrame({ event: 'reset', data: '{}', id: null }).toString()).toBe('id:\nevent: reset\ndata: {}\n\n')
  expect(sseFrame({ event: 'reset', data: '{}' }).toString()).toBe('event: reset\ndata: {}\n\n')
})

test('the padding is 2 KB that no parser tells of', () => {
  const padding = sseShape.encodePadding()

  expect(padding?.length).toBeGreaterThanOrEqual(2_048)
  expect(parsed(padding)).toEqual([])
})

test('DL10: each buffer of a chunked shape is one HTTP chunk, and nothing is never the chunk that ends the body', () => {
  const shape = chunked({ ...sseShape, encodePadding: () => Buffer.alloc(0), encodeRetry: () => undefined })

  expect(shape.encodeEvent('bye', '"é"', undefined)?.toString()).toBe('17\r\nevent: bye\ndata: "é"\n\n\r\n')
  expect(shape.encodePadding()).toBeUndefined()
  expect(shape.encodeRetry(1)).toBeUndefined()
  expect(toChunk(Buffer.from('abc'))?.toString()).toBe('3\r\nabc\r\n')
})

function parsed(bytes: Buffer | undefined): EventSourceMessage[] {
  const events: EventSourceMessage[] = []
  createParser({ onEvent: (event) => events.push(event) }).feed(bytes?.toString() ?? '')
  return events
}
