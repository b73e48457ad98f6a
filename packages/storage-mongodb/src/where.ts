/**
 * Conditions as the store makes them. A value that came from outside can only ever be compared as what it is: an object
 * in the place of a text, such as `{ $gt: '' }`, is refused here, whatever the layers above let through.
 */

import type { Filter } from 'mongodb'

export type Scalar = string | number | boolean | Date

/** A comparison other than equality. Only this file makes them, so nothing parsed from JSON can be one. */
class Comparison {
  readonly operators: Readonly<Record<string, unknown>>
  readonly holds: (value: unknown) => boolean

  constructor(operators: Readonly<Record<string, unknown>>, holds: (value: unknown) => boolean) {
    this.operators = operators
    this.holds = holds
  }
}

/** By field; all must hold. A plain value means equality. */
export type Where = Readonly<Record<string, Scalar | Comparison>>

/** One of several that must hold. */
class Alternatives {
  readonly wheres: readonly Where[]

  constructor(wheres: readonly Where[]) {
    this.wheres = wheres
  }
}

export type Condition = Where | Alternatives

/** Of no alternatives none holds. */
export function anyOf(wheres: readonly Where[]): Condition {
  return new Alternatives(wheres)
}

/** @throws TypeError for anything else: that is a hole above us, and a bug */
export function scalar(value: unknown): Scalar {
  if (typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  // The driver would make 1970 of a date that is none.
  if (value instanceof Date && Number.isFinite(value.getTime())) return value
  throw new TypeError(`${typeof value} is no value to store or to look for`)
}

/** Fields whose values have a shape of their own, which the protocol's schemas hold. */
const SHAPED = ['audience', 'defaultRooms', 'mentions', 'scopes', 'supersedes', 'system', 'via']

/** @throws TypeError where a document holds an object in the place of a plain value */
export function assertStorable(document: object): void {
  const fields: [string, unknown][] = Object.entries(document)
  for (const [field, value] of fields) {
    // That of the audit is plain values by name.
    if (field === 'detail' && typeof value === 'object' && value !== null) assertStorable(value)
    else if (!SHAPED.includes(field)) scalar(value)
  }
}

export function oneOf(values: readonly Scalar[]): Comparison {
  const all = values.map(scalar)
  return new Comparison({ $in: all }, (value) => all.some((one) => isSame(one, value)))
}

export const above = (bound: Scalar): Comparison =>
  new Comparison({ $gt: scalar(bound) }, (value) => compare(value, bound) > 0)
export const atLeast = (bound: Scalar): Comparison =>
  new Comparison({ $gte: scalar(bound) }, (value) => compare(value, bound) >= 0)
export const below = (bound: Scalar): Comparison =>
  new Comparison({ $lt: scalar(bound) }, (value) => compare(value, bound) < 0)
export const atMost = (bound: Scalar): Comparison =>
  new Comparison({ $lte: scalar(bound) }, (value) => compare(value, bound) <= 0)
export const between = (from: Scalar, to: Scalar): Comparison =>
  new Comparison(
    { $gte: scalar(from), $lte: scalar(to) },
    (value) => compare(value, from) >= 0 && compare(value, to) <= 0,
  )
/** Of different operators: of two the same the second would silently win. */
export function both(first: Comparison, second: Comparison): Comparison {
  const operators = { ...first.operators, ...second.operators }
  const isWhole =
    Object.keys(operators).length === Object.keys(first.operators).length + Object.keys(second.operators).length
  if (!isWhole) throw new TypeError('two comparisons with the same operator')
  return new Comparison(operators, (value) => first.holds(value) && second.holds(value))
}

/** @param beginning plain ASCII that does not end in its last character, such as a key up to its colon */
export const startsWith = (beginning: string): Comparison => between(beginning, `${beginning}\u{10ffff}`)
export const other = (than: Scalar): Comparison =>
  new Comparison({ $ne: scalar(than) }, (value) => !isSame(value, than))
export const absent = new Comparison({ $exists: false }, (value) => value === undefined)
export const present = new Comparison({ $exists: true }, (value) => value !== undefined)

// The driver types a filter by its documents; ours is made of checked scalars alone.
export function filterOf<D>(where: Condition): Filter<D> {
  const filter: Filter<D> = {}
  return Object.assign(filter, where instanceof Alternatives ? alternativesOf(where) : fieldsOf(where))
}

type Made = Readonly<Record<string, unknown>>

// `$or` of nothing is an error.
function alternativesOf({ wheres }: Alternatives): Made {
  const [only, ...more] = wheres
  if (only === undefined) return fieldsOf({ _id: oneOf([]) })
  return more.length === 0 ? fieldsOf(only) : { $or: wheres.map(fieldsOf) }
}

function fieldsOf(where: Where): Made {
  const fields = new Map<string, unknown>()
  for (const [field, condition] of Object.entries(where)) {
    fields.set(field, condition instanceof Comparison ? condition.operators : scalar(condition))
  }
  return Object.fromEntries(fields)
}

/** What MongoDB would answer for this document. */
export function matches(where: Condition, document: object): boolean {
  if (where instanceof Alternatives) return where.wheres.some((one) => matches(one, document))
  const fields = new Map<string, unknown>(Object.entries(document))
  return Object.entries(where).every(([field, condition]) => {
    const value = fields.get(field)
    return condition instanceof Comparison ? condition.holds(value) : isSame(scalar(condition), value)
  })
}

function isSame(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b
}

/** Values of different kinds are in no order: NaN, of which nothing holds. Texts go by code points, as in MongoDB. */
export function compare(a: unknown, b: unknown): number {
  if (a instanceof Date && b instanceof Date) return a.getTime() - b.getTime()
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b))
  return NaN
}
