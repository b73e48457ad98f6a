/** Goes through all documents of a source and has those posted that nobody is done with. */

import type { Document } from 'mongodb'
import type { Collections } from '../collections.ts'
import type { Item, PostRows, Settled } from '../foreign/foreign-row.ts'
import { idText } from '../foreign/id-text.ts'
import { patiently, type Patience } from '../foreign/patiently.ts'
import { postInOrder } from '../foreign/post-in-order.ts'
import { itemsOf, pagesOfIds, type Walk } from './source-collection.ts'
import { sourceItemOf } from './source-document.ts'
import type { SourceOptions } from './source-options.ts'
import { markRefused, takenAmong, type Taken } from '../foreign/taken.ts'

/** Documents in one transaction: so long may whoever posts have to wait. */
const AT_ONCE = 10

/** Numbers of documents. */
export interface Progress {
  /** In this pass; there may be two. */
  looked: number
  posted: number
  refused: number
}

export interface LookThrough extends Patience {
  readonly db: Collections
  readonly source: SourceOptions
  readonly walk: Walk
  readonly post: PostRows
  /** They are old news. */
  readonly isSilent: boolean
  /** Also those that were refused before, as old news. */
  readonly isRetry: boolean
  /** Resolves when everything that was read before the call and came by the stream as well is under way or done with. */
  readonly untilTold: () => Promise<void>
  /** Whether it came by the stream, and is therefore posted in its place there. */
  readonly isUnderWay: (sourceId: string) => boolean
  readonly progress: Progress
  readonly onProgress: () => void
}

interface Wanted {
  readonly id: unknown
  readonly isSilent: boolean
}

export async function lookThrough(options: LookThrough): Promise<void> {
  const { db, onProgress, progress, signal, source, walk } = options
  for await (const ids of pagesOfIds(db.db, source, walk)) {
    const wanted = await surelyWantedAmong(ids, options)
    for (let from = 0; from < wanted.length && !signal.aborted; from += AT_ONCE)
      await postSome(wanted.slice(from, from + AT_ONCE), options)
    if (signal.aborted) return
    progress.looked += ids.length
    onProgress()
  }
}

/** What the stream tells of a moment later must not be posted here, before what was inserted before it. */
async function surelyWantedAmong(ids: readonly unknown[], options: LookThrough): Promise<readonly Wanted[]> {
  const wanted = await wantedAmong(ids, options)
  if (wanted.length === 0) return wanted
  await options.untilTold()
  return wantedAmong(
    wanted.map(({ id }) => id),
    options,
  )
}

async function wantedAmong(ids: readonly unknown[], options: LookThrough): Promise<Wanted[]> {
  const { db, isSilent, isUnderWay, source } = options
  const left = ids.map((id) => ({ id, text: idText(id) })).filter(({ text }) => !isUnderWay(text))
  const taken = await takenAmong(
    db,
    source.name,
    left.map(({ text }) => text),
  )
  const isWanted = (state: Taken | undefined) => state === undefined || (state === 'refused' && options.isRetry)
  return left
    .map(({ id, text }) => ({ id, state: taken.get(text) }))
    .filter(({ state }) => isWanted(state))
    .map(({ id, state }) => ({ id, isSilent: isSilent || state === 'refused' }))
}

async function postSome(wanted: readonly Wanted[], options: LookThrough): Promise<void> {
  const { db, post, progress } = options
  let left = await itemsOfWanted(wanted, options)
  const posting = {
    post,
    settle: (settled: readonly Settled[]) => markRefused(db, settled),
  }
  const onSettled = (settled: readonly Settled[]) => {
    const gone = new Set(settled.map(({ item }) => item))
    left = left.filter((item) => !gone.has(item))
    for (const { outcome } of settled) progress['posted' in outcome ? 'posted' : 'refused'] += 1
  }
  await patiently(options, () => postInOrder(left, posting, onSettled))
}

function itemsOfWanted(wanted: readonly Wanted[], { db, source }: LookThrough): Promise<readonly Item[]> {
  const silent = new Set(wanted.filter(({ isSilent }) => isSilent).map(({ id }) => idText(id)))
  const toItem = (document: Document) =>
    sourceItemOf(document, source, { isLate: true, ...(silent.has(idText(document['_id'])) && { isSilent: true }) })
  return itemsOf(
    db.db,
    source,
    wanted.map(({ id }) => id),
    toItem,
  )
}
