/** A walk through one table: each cell asked once, and all that it must not do looked for. */

import { expect } from 'vitest'
import type { Client } from '../a-client.ts'
import { bytesOf, cellOf, send, type Ask } from './ask.ts'
import { BODY_DECIDES, isOutside } from './expectations.ts'
import type { People, Person } from './people.ts'
import type { Row } from './table.ts'

export interface Walk<Case extends { readonly me: Person }> {
  readonly people: People
  readonly rows: readonly Row[]
  readonly calls: Readonly<Record<string, (at: Case) => Ask | Promise<Ask>>>
  /** By the name of a seat its column. */
  readonly seats: Readonly<Record<string, string>>
  /** The rows that are about nothing of the asker's own: what they are about serves until somebody may. */
  readonly shared?: ReadonlySet<string>
  /** The rows after which the asker is another. None given: all that change something. */
  readonly usingUp?: ReadonlySet<string>
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
  const prepared = new Map<string, Ask>()
  let count = 0
  for (const [seat, column] of Object.entries(options.seats)) {
    let current: Case | undefined
    const isOut = isOutside(options.rows, column)
    for (const { cells, label, route } of options.rows) {
      const expected = cells.get(column)
      if (expected === undefined) continue
      current ??= await options.fresh(seat)
      const { found, hasChanged, isByBody } = await askOnce(options, { label, at: current, prepared })
      if (found !== expected) differences.push(`${label}, ${seat}: ${found} instead of ${expected}`)
      const mayTell = BODY_DECIDES.has(label) && !(isOut && route.includes('{room}'))
      if (isByBody && !mayTell) differences.push(`${label}, ${seat}: a bad body is told before access`)
      if (hasChanged && options.usingUp?.has(label) !== false) current = undefined
      count += 1
    }
  }
  return { count, differences }
}

interface Cell<Case> {
  readonly label: string
  readonly at: Case
  readonly prepared: Map<string, Ask>
}

interface Outcome {
  readonly found: string
  readonly hasChanged: boolean
  /** Another answer to a body that is not valid, although it is refused anyway. */
  readonly isByBody: boolean
}

async function askOnce<Case extends { readonly me: Person }>(
  { calls, people, shared }: Walk<Case>,
  { at, label, prepared }: Cell<Case>,
): Promise<Outcome> {
  const prepare = calls[label]
  if (prepare === undefined) throw new Error(`Nothing says how to ask “${label}”`)
  const ask = prepared.get(label) ?? (await prepare(at))
  const before = await people.position()
  const answer = await send(at.me.client, ask)
  const found = cellOf(answer)
  const isByBody = REFUSED.has(answer.status) && (await isToldOfBody(at.me.client, ask, bytesOf(answer)))
  const hasChanged = (await people.position()) !== before
  if (hasChanged) prepared.delete(label)
  else if (shared?.has(label) === true) prepared.set(label, ask)
  if (answer.status >= 400) expect(hasChanged, `${label}, ${found}: refused, and yet it changed something`).toBe(false)
  return { found, hasChanged, isByBody }
}

const REFUSED = new Set([401, 403, 404])

async function isToldOfBody(client: Client, ask: Ask, expected: string): Promise<boolean> {
  if (ask.body === undefined) return false
  const bad = [{ ...ask.body, isAdmin: true }, []]
  const answers = await Promise.all(bad.map((body) => send(client, { ...ask, body })))
  return answers.some((answer) => bytesOf(answer) !== expected)
}
