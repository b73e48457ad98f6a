import type { Message, Window } from '@suda/protocol'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { insertPage, newestWindow, trimWindows, type Asked } from './windows.ts'

describe('insertPage', () => {
  test('pages that are asked in any order come to the whole without a hole or a double', () => {
    fc.assert(
      fc.property(aMainView, fc.array(aQuestion, { maxLength: 30 }), (seqs, questions) => {
        let windows: readonly Window[] = []
        for (const question of questions) {
          windows = insertPage(windows, answer(seqs, askedOf(question, windows)), askedOf(question, windows))
          expectSound(windows, seqs)
        }
      }),
    )
  })

  test('who goes on until nothing is left has everything in one part', () => {
    fc.assert(
      fc.property(aMainView, fc.integer({ min: 1, max: 60 }), (seqs, start) => {
        let windows = insertPage([], answer(seqs, { around: start }), { around: start })
        for (let asked = next(windows); asked !== undefined; asked = next(windows)) {
          windows = insertPage(windows, answer(seqs, asked), asked)
        }
        expect(windows).toEqual([{ messages: seqs.map((seq) => aMessage(seq)), hasBefore: false, hasAfter: false }])
      }),
    )
  })

  test('the newer revision of a message stays, whichever came first', () => {
    const window = { messages: [aMessage(1), aMessage(2, 3)], hasBefore: false, hasAfter: false }
    const page = { messages: [aMessage(2, 2), aMessage(3, 1)], hasBefore: true, hasAfter: false }

    expect(insertPage([window], page)[0]?.messages.map(({ revision }) => revision)).toEqual([1, 3, 1])
    expect(insertPage([page], window)[0]?.messages.map(({ revision }) => revision)).toEqual([1, 3, 1])
  })

  test('an empty page ends the part that it was to continue, and an empty room has an empty part', () => {
    const window = { messages: [aMessage(4)], hasBefore: true, hasAfter: true }
    const nothing = { messages: [], hasBefore: false, hasAfter: true }

    expect(insertPage([window], nothing, { before: 4 })).toEqual([{ ...window, hasBefore: false }])
    expect(insertPage([window], nothing, { before: 9 })).toEqual([window])
    const empty = { messages: [], hasBefore: false, hasAfter: false }
    expect(insertPage([], empty)).toEqual([empty])
    expect(insertPage([empty], window, { around: 4 })).toEqual([window])
  })

  test('the newest part goes on being the newest where the server is ahead of the feed', () => {
    const newest = { messages: [aMessage(8), aMessage(9)], hasBefore: true, hasAfter: false }
    const ahead = { messages: [aMessage(9), aMessage(10)], hasBefore: true, hasAfter: true }
    const asFar = { messages: [aMessage(8), aMessage(9)], hasBefore: true, hasAfter: true }

    expect(seqsOf(insertPage([newest], ahead))).toEqual([[8, 9, 10]])
    expect(newestWindow(insertPage([newest], ahead))).toBeDefined()
    expect(newestWindow(insertPage([newest], asFar))).toBeDefined()
  })

  test('a page that comes late finds the part grown meanwhile, or gone', () => {
    const grown = { messages: [aMessage(1), aMessage(2), aMessage(3)], hasBefore: false, hasAfter: false }
    const late = { messages: [aMessage(1), aMessage(2)], hasBefore: false, hasAfter: false }

    expect(insertPage([grown], late)).toEqual([grown])
    const far = { messages: [aMessage(8)], hasBefore: true, hasAfter: true }
    expect(insertPage([grown], far, { after: 7 })).toEqual([
      { ...grown, hasAfter: true },
      { ...far, hasBefore: true },
    ])
  })
})

describe('trimWindows', () => {
  test('keeps what is nearest, and knows that there was more', () => {
    const windows = [
      { messages: [1, 2, 3].map((seq) => aMessage(seq)), hasBefore: false, hasAfter: true },
      { messages: [7, 8, 9].map((seq) => aMessage(seq)), hasBefore: true, hasAfter: false },
    ]

    expect(trimWindows(windows, 6, 'newest')).toBe(windows)
    expect(seqsOf(trimWindows(windows, 2, 'newest'))).toEqual([[8, 9]])
    expect(trimWindows(windows, 2, 'newest')[0]).toMatchObject({ hasBefore: true, hasAfter: false })
    expect(seqsOf(trimWindows(windows, 2, 2))).toEqual([[1, 2]])
    expect(newestWindow(trimWindows(windows, 2, 2))).toBeUndefined()
    expect(seqsOf(trimWindows(windows, 4, 7))).toEqual([
      [2, 3],
      [7, 8],
    ])
  })
})

/** Replies stand in threads, so the seqs of a main view have holes. */
const aMainView = fc
  .uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 })
  .map((seqs) => seqs.sort((a, b) => a - b))

const aQuestion = fc.record({
  kind: fc.constantFrom('newest', 'before', 'after', 'around', 'onwards', 'backwards'),
  seq: fc.integer({ min: 1, max: 60 }),
})

function askedOf({ kind, seq }: { kind: string; seq: number }, windows: readonly Window[]): Asked {
  const window = windows[seq % Math.max(1, windows.length)]
  if (kind === 'onwards' && window !== undefined) return { after: window.messages.at(-1)?.seq ?? 0 }
  if (kind === 'backwards' && window !== undefined) return { before: window.messages[0]?.seq ?? 1 }
  if (kind === 'before' || kind === 'after' || kind === 'around') return { [kind]: seq }
  return {}
}

function next(windows: readonly Window[]): Asked | undefined {
  const [window] = windows
  if (window?.hasBefore === true) return { before: window.messages[0]?.seq ?? 1 }
  return window?.hasAfter === true ? { after: window.messages.at(-1)?.seq ?? 0 } : undefined
}

/** As the server answers, five at a time. */
function answer(seqs: readonly number[], { before, after, around }: Asked): Window {
  const part = pick()
  const [first, last] = [part[0], part.at(-1)]
  const from = first ?? before ?? (after ?? 0) + 1
  const to = last ?? after ?? (before ?? 61) - 1
  return {
    messages: part.map((seq) => aMessage(seq)),
    hasBefore: seqs.some((seq) => seq < from),
    hasAfter: seqs.some((seq) => seq > to),
  }

  function pick(): number[] {
    if (before !== undefined) return seqs.filter((seq) => seq < before).slice(-5)
    if (after !== undefined) return seqs.filter((seq) => seq > after).slice(0, 5)
    if (around === undefined) return seqs.slice(-5)
    return [...seqs.filter((seq) => seq < around).slice(-2), ...seqs.filter((seq) => seq >= around).slice(0, 3)]
  }
}

function expectSound(windows: readonly Window[], seqs: readonly number[]): void {
  const loaded = seqsOf(windows).flat()
  expect(loaded).toEqual([...new Set(loaded)].sort((a, b) => a - b))
  for (const { messages, hasBefore, hasAfter } of windows) {
    const [first, last] = [messages[0]?.seq ?? 0, messages.at(-1)?.seq ?? 0]
    expect(messages.map(({ seq }) => seq)).toEqual(seqs.filter((seq) => seq >= first && seq <= last))
    expect(hasBefore).toBe(seqs.some((seq) => seq < first))
    expect(hasAfter).toBe(seqs.some((seq) => seq > last))
  }
}

function seqsOf(windows: readonly Window[]): number[][] {
  return windows.map(({ messages }) => messages.map(({ seq }) => seq))
}

function aMessage(seq: number, revision = 1): Message {
  return {
    id: `m${seq}`,
    roomId: 'room',
    seq,
    ordinal: seq,
    revision,
    kind: 'text',
    authorId: 'anna',
    via: { kind: 'session' },
    text: `${seq}`,
    format: 'suda-md-1',
    mentions: [],
    attachments: [],
    reactions: [],
    state: 'final',
    createdAt: '2026-01-01T00:00:00.000Z',
  }
}
