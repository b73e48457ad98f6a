/** The loaded parts of a room's messages: pages come in any order, join where they meet, and fall out when they are too many. */

import type { Message, Window } from '@suda/protocol'

/** What a page was asked by; nothing for the newest. All are seqs. */
export interface Asked {
  readonly before?: number
  readonly after?: number
  readonly around?: number
}

/** Puts a page, as the server answered it, among the parts: disjoint and ascending, as they were. */
export function insertPage(windows: readonly Window[], page: Window, asked: Asked = {}): readonly Window[] {
  const { after, around, before } = asked
  const isNewest = before === undefined && after === undefined && around === undefined
  if (page.messages.length === 0 && !(isNewest && windows.length === 0)) {
    return windows.map((window) => ended(window, page, asked))
  }
  const touched = windows.filter((window) => isTouched(window, page, asked))
  const whole = touched.reduce(join, page)
  // A room that was empty has nothing to be apart from.
  const apart = windows.filter((window) => !touched.includes(window) && window.messages.length > 0)
  return inOrder([...apart, whole])
}

/**
 * Lets go of messages until `max` are left, those nearest to `keep`.
 * @param keep the seq that is looked at, or the newest end
 */
export function trimWindows(windows: readonly Window[], max: number, keep: number | 'newest'): readonly Window[] {
  const count = windows.reduce((sum, { messages }) => sum + messages.length, 0)
  if (count <= max) return windows
  const seqs = windows.flatMap(({ messages }) => messages.map(({ seq }) => seq))
  const middle = keep === 'newest' ? count : seqs.findIndex((seq) => seq >= keep)
  const center = middle === -1 ? count : middle
  const first = Math.max(0, Math.min(count - max, center - Math.floor(max / 2)))
  return between(windows, first, first + max)
}

/** The part that new messages come to, if it is loaded. */
export function newestWindow(windows: readonly Window[] | undefined): Window | undefined {
  const last = windows?.at(-1)
  return last?.hasAfter === false ? last : undefined
}

/** A main view has holes in its seqs, where replies stand in threads, so what follows is known only by what was asked. */
function isTouched(window: Window, page: Window, { before, after }: Asked): boolean {
  const [first, last] = [window.messages[0]?.seq, window.messages.at(-1)?.seq]
  if (first === undefined || last === undefined) return false
  if (before === first || after === last) return true
  const [pageFirst, pageLast] = [page.messages[0]?.seq, page.messages.at(-1)?.seq]
  return pageFirst !== undefined && pageLast !== undefined && pageFirst <= last && first <= pageLast
}

/** There was nothing where the part was to be continued. */
function ended(window: Window, { hasBefore, hasAfter }: Window, { before, after }: Asked): Window {
  const [first, last] = [window.messages[0]?.seq, window.messages.at(-1)?.seq]
  if (first !== undefined && before === first) return { ...window, hasBefore }
  return last !== undefined && after === last ? { ...window, hasAfter } : window
}

/** `whole` has the page in it, which is the newer of both. */
function join(whole: Window, window: Window): Window {
  const bySeq = new Map(window.messages.map((message) => [message.seq, message]))
  for (const message of whole.messages) {
    const known = bySeq.get(message.seq)
    if (known === undefined || message.revision >= known.revision) bySeq.set(message.seq, message)
  }
  const messages = [...bySeq.values()].sort((a, b) => a.seq - b.seq)
  return {
    messages,
    hasBefore: startsBefore(window.messages, whole.messages) ? window.hasBefore : whole.hasBefore,
    // What a page has beyond the newest part, or says is there, comes by the feed as well, which it was ahead of.
    hasAfter: window.hasAfter && (endsAfter(window.messages, whole.messages) || whole.hasAfter),
  }
}

function startsBefore([a]: readonly Message[], [b]: readonly Message[]): boolean {
  return a !== undefined && b !== undefined && a.seq < b.seq
}

function endsAfter(a: readonly Message[], b: readonly Message[]): boolean {
  const [lastA, lastB] = [a.at(-1)?.seq, b.at(-1)?.seq]
  return lastA !== undefined && lastB !== undefined && lastA > lastB
}

function inOrder(windows: readonly Window[]): readonly Window[] {
  const sorted = [...windows].sort((a, b) => (a.messages[0]?.seq ?? 0) - (b.messages[0]?.seq ?? 0))
  return sorted.map((window, index) => ({
    messages: window.messages,
    hasBefore: window.hasBefore || index > 0,
    hasAfter: window.hasAfter || index < sorted.length - 1,
  }))
}

function between(windows: readonly Window[], first: number, end: number): readonly Window[] {
  let at = 0
  const left: Window[] = []
  for (const { messages, hasBefore, hasAfter } of windows) {
    const [from, to] = [Math.max(0, first - at), Math.max(0, end - at)]
    const part = messages.slice(from, to)
    at += messages.length
    if (part.length === 0) continue
    left.push({ messages: part, hasBefore: hasBefore || from > 0, hasAfter: hasAfter || to < messages.length })
  }
  return left
}
