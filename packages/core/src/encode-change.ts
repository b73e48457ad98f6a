/**
 * The one place where a change becomes JSON. It is pure and an entry point of its own, so that a writer thread can load
 * it alone. The text is stored with the change and goes over the wire as it stands.
 */

import type { Change } from '@suda/protocol'

/** @returns one line: JSON escapes CR and LF, so the text can stand behind `data:` (DL4) */
export function encodeChange(change: Change): string {
  return JSON.stringify(change)
}
