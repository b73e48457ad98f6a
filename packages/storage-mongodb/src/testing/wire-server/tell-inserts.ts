/** Lets a fake change stream tell of what clients insert, as the database that it stands for would. */

import type { Document } from 'mongodb'
import { ok } from './answers.ts'
import type { FakeChangeStream } from './fake-change-stream.ts'
import type { WireServer } from './wire-server.ts'

/** Everything that is inserted from now on, whatever the streams' pipelines say of it. */
export function tellInserts(server: WireServer, stream: FakeChangeStream): void {
  server.answer('insert', ({ db, body }) => {
    const documents: readonly Document[] = body['documents']
    stream.push(...documents.map((document) => insertEvent({ db, collection: body['insert'], document })))
    return ok({ n: documents.length })
  })
}

interface Inserted {
  readonly db: string
  readonly collection: string
  readonly document: Document
}

/** The event of an insert, before any `$project`. */
function insertEvent({ db, collection, document }: Inserted): Document {
  return {
    operationType: 'insert',
    ns: { db, coll: collection },
    documentKey: { _id: document['_id'] },
    fullDocument: document,
  }
}
