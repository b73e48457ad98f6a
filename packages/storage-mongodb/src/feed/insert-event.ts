/** An insertion as the change stream tells it, with nothing that is not used. */

import type { Document, ResumeToken } from 'mongodb'

export interface InsertEvent {
  readonly _id: ResumeToken
  readonly ns: { readonly coll: string }
  readonly fullDocument: Document
}

export function insertsInto(collections: readonly string[]): Document[] {
  return [
    { $match: { operationType: 'insert', 'ns.coll': { $in: [...collections] } } },
    { $project: { 'ns.coll': 1, fullDocument: 1 } },
  ]
}

/** Tells each run of events of one collection, so that the order of all stays as it is. */
export function tellRuns(
  events: readonly InsertEvent[],
  tell: (collection: string, documents: readonly Document[]) => void,
): void {
  let run: Document[] = []
  let collection = ''
  for (const { ns, fullDocument } of events) {
    if (ns.coll !== collection && run.length > 0) {
      tell(collection, run)
      run = []
    }
    collection = ns.coll
    run.push(fullDocument)
  }
  if (run.length > 0) tell(collection, run)
}
