/** What commands look for, and whether an index finds it: by MongoDB's rules, which not every server for tests has. */

import type { Document, IndexDescription } from 'mongodb'
import { INDEXES } from '../indexes.ts'

/** A filter of one kind, whatever its values. */
export interface Look {
  readonly collection: string
  readonly filter: Document
  readonly sort: Document
}

/** Those of one command, as it goes over the wire. */
export function looksOf({ name, body }: { readonly name: string; readonly body: Document }): Look[] {
  const look = (filter: Document, sort: Document = {}): Look => ({ collection: String(body[name]), filter, sort })
  if (name === 'find') return [look(body['filter'] ?? {}, body['sort'])]
  if (name === 'findAndModify') return [look(body['query'])]
  if (name === 'update') return body['updates'].map(({ q }: Document) => look(q))
  if (name === 'delete') return body['deletes'].map(({ q }: Document) => look(q))
  if (name === 'aggregate') return looksOfPipeline(String(body[name]), body['pipeline'])
  return name === 'bulkWrite' ? looksAcross(body) : []
}

/** The fields that are compared, how, and the order that is asked for. */
export function kindOf({ collection, filter, sort }: Look): string {
  const kinds = new Set(alternativesOf(filter).map((one) => Object.entries(one).map(conditionText).join(' ')))
  const order = Object.keys(sort).join(' ')
  return `${collection}: ${[...kinds].join(' or ')}${order === '' ? '' : ` by ${order}`}`
}

/** Whether each alternative begins with the first field of an index. */
export function isFound(look: Look): boolean {
  return alternativesOf(look.filter).every((one) => indexesFor(look, one).length > 0)
}

/** Whether what is found comes in the order that is asked for, so that a limit ends the search. */
export function isInOrder(look: Look): boolean {
  return alternativesOf(look.filter).every((one) => {
    const order = Object.entries(look.sort).filter(([field]) => !isEqual(one[field]))
    return indexesFor(look, one).some(({ key }) => {
      const fields = Object.entries(key)
      const rest = fields.slice(fields.findIndex(([field]) => !isEqual(one[field])))
      const turns = order.map(([field, to], at) => (rest[at]?.[0] === field ? Number(rest[at][1]) * Number(to) : 0))
      return turns.every((turn) => turn !== 0 && turn === turns[0])
    })
  })
}

function alternativesOf({ $or: alternatives = [{}], ...common }: Document): Document[] {
  return alternatives.map((one: Document) => ({ ...common, ...one }))
}

function conditionText([field, value]: [string, unknown]): string {
  return isEqual(value) ? field : `${field} ${Object.keys(Object(value)).join(' ')}`
}

/** What it begins with, and what it joins. */
function looksOfPipeline(collection: string, stages: readonly Document[]): Look[] {
  const first = stages[0]?.['$match']
  const joins = stages.flatMap(({ $lookup: join }) => (join === undefined ? [] : [join]))
  return [
    ...(first === undefined ? [] : [{ collection, filter: first, sort: {} }]),
    ...joins.map(({ from, foreignField }) => ({ collection: from, filter: { [foreignField]: '' }, sort: {} })),
  ]
}

function looksAcross({ ops, nsInfo }: Document): Look[] {
  return ops.flatMap((op: Document) => {
    const ns = nsInfo[Number(op['update'] ?? op['delete'])]?.ns
    return ns === undefined ? [] : [{ collection: ns.slice(ns.indexOf('.') + 1), filter: op['filter'], sort: {} }]
  })
}

const BY_ID: IndexDescription = { key: { _id: 1 } }

function indexesFor({ collection, sort }: Look, one: Document): IndexDescription[] {
  const declared = Object.entries(INDEXES).find(([name]) => name === collection)?.[1] ?? []
  return [BY_ID, ...declared].filter(({ key, partialFilterExpression = {} }) => {
    const [first = ''] = Object.keys(key)
    const isWhole = Object.keys(one).length === 0 && Object.keys(sort)[0] === first
    return (isWhole || isBounded(one[first])) && holds(partialFilterExpression, one)
  })
}

function holds(partial: Document, one: Document): boolean {
  return Object.entries(partial).every(([field, value]) =>
    isEqual(value) ? one[field] === value : isBounded(one[field]),
  )
}

/** By anything but what leaves most documents in. */
function isBounded(value: unknown): boolean {
  if (value === undefined) return false
  return (
    isEqual(value) ||
    Object.entries(Object(value)).some(([operator, operand]) => operator !== '$ne' && operand !== false)
  )
}

function isEqual(value: unknown): boolean {
  return value !== undefined && !Object.keys(Object(value)).some((key) => key.startsWith('$'))
}
