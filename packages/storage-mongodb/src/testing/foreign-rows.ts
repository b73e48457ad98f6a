/** Foreign rows in tests: how they are posted without the server, and what became of them. */

import { randomUUID } from 'node:crypto'
import type { MessagePostedDraft, Storage } from '@suda/core/storage'
import { MongoClient, type Collection, type Db } from 'mongodb'
import { onTestFinished } from 'vitest'
import { FOREIGN_BSON } from '../foreign/foreign-bson.ts'
import type { ForeignRow, PostRows } from '../foreign/foreign-row.ts'
import { freely, posting, type ARoom } from './a-storage.ts'

/** Posts into one room whatever the row says, but for what has no text. @param before of each, which may say why not now */
export function postInto(
  storage: Storage,
  room: ARoom,
  before: (row: ForeignRow) => Error | undefined = () => undefined,
): PostRows & { readonly inOrder: PostRows } {
  const inOrder: PostRows = async (rows) => {
    let again: Error | undefined
    return Promise.all(
      rows.map(async (row) => {
        again ??= before(row)
        if (again !== undefined) return { again }
        if (row.text === undefined) return { error: 'validation_failed' }
        const committed = storage.commit([draftOf(row, row.text, room)], freely())
        return committed.then(
          () => ({ posted: true }) as const,
          (error: Error) => ({ again: error }),
        )
      }),
    )
  }
  return Object.assign(inOrder, { inOrder })
}

function draftOf({ isSilent, source, sourceId, writtenAt }: ForeignRow, text: string, room: ARoom): MessagePostedDraft {
  const draft = posting(room, text, randomUUID())
  const via = { kind: 'source', name: source } as const
  const old = { ...(writtenAt !== undefined && { writtenAt }), ...(isSilent !== undefined && { isSilent }) }
  return { ...draft, message: { ...draft.message, via, ...old }, source: { source, sourceId } }
}

/** What other programs use. Closed after the test. */
export async function theirs(url: string): Promise<Db> {
  const client = await new MongoClient(url, FOREIGN_BSON).connect()
  onTestFinished(() => client.close())
  return client.db()
}

/** A collection into which anything may be inserted, under any `_id`. */
export interface TheirCollection extends Omit<Collection, 'insertOne' | 'insertMany'> {
  insertOne(document: object): Promise<unknown>
  insertMany(documents: readonly object[]): Promise<unknown>
}

export function theirCollection(db: Db, name: string): TheirCollection {
  return db.collection(name) as TheirCollection
}

/** All texts of a room, in order. */
export async function allTexts(storage: Storage, { roomId }: ARoom): Promise<string[]> {
  const texts: string[] = []
  for (let after = 0; ;) {
    const { messages, hasAfter } = await storage.messages(roomId, { after, limit: 200 })
    texts.push(...messages.map(({ text }) => text))
    after = messages.at(-1)?.seq ?? after
    if (!hasAfter) return texts
  }
}
