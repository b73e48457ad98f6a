/** A walk through one table: each cell asked once, and all that it must not do looked for. */

import { expect } from 'vitest'
import { cellOf, send, type Ask } from './ask.ts'
import type { People, Person } from './people.ts'
import type { Row } from './table.ts'

export interface Walk<Case extends { readonly me: Person }> {
  readonly people: People
  readonly rows: readonly Row[]
  readonly calls: Readonly<Record<string, (at: Case) => Ask | Promise<Ask>>>
  /** By the name of a seat its column. */
  readonly seats: Readonly<Record<string, string>>
  /** Untouched by any other cell. */
  readonly fresh: (seat: string) => Promise<Case>
}

export interface Walked {
  /** How many cells were asked. */
  readonly count: number
  /** Where the server answers otherwise than the table says. */
  readonly differences: readonly string[]
}

/** Somebody who is refused changes nothing, so the same case serves until a cell has changed something. */
export async function walk<Case extends { readonly me: Person }>(options: Walk<Case>): Promise<Walked> {
  const differences: string[] = []
  let count = 0
  for (const [seat, column] of Object.entries(options.seats)) {
    let current: Case | undefined
    for (const { cells, label } of options.rows) {
      const expected = cells.get(column)
      if (expected === undefined) continue
      current ??= await options.fresh(seat)
      const { found, hasChanged } = await askOnce(options, label, current)
      if (found !== expected) differences.push(`${label}, ${seat}: ${found} instead of ${expected}`)
      if (hasChanged) current = undefined
      count += 1
    }
  }
  return { count, differences }
}

async function askOnce<Case extends { readonly me: Person }>(
  { calls, people }: Walk<Case>,
  label: string,
  at: Case,
): Promise<{ readonly found: string; readonly hasChanged: boolean }> {
  const prepare = calls[label]
  if (prepare === undefined) throw new Error(`Nothing says how to ask “${label}”`)
  const ask = await prepare(at)
  const before = await people.position()
  const answer = await send(at.me.client, ask)
  const hasChanged = (await people.position()) !== before
  const found = cellOf(answer)
  if (answer.status >= 400) expect(hasChanged, `${label}, ${found}: refused, and yet it changed something`).toBe(false)
  return { found, hasChanged }
}
