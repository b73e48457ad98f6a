import { compare } from '../where.ts'

interface Made {
  readonly _id: string
  readonly createdAt: Date
}

/** Those of one time by id, so that they stay in one order. */
export function newestFirst<D extends Made>(documents: readonly D[]): D[] {
  return documents.toSorted((a, b) => compare(b.createdAt, a.createdAt) || compare(b._id, a._id))
}
