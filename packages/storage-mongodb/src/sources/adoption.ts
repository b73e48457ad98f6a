/** Has everything of a source posted that nobody is done with: first what was there before the source was attached. */

import { leased } from '../foreign/leased.ts'
import type { Patience } from '../foreign/patiently.ts'
import { attach, markAdopted } from './attachment-document.ts'
import { lookThrough, type LookThrough, type Progress } from './look-through.ts'

export interface Adoption extends Patience, Pick<LookThrough, 'db' | 'source' | 'post' | 'untilTold' | 'isUnderWay'> {
  /** Also what was refused before. */
  readonly isRetry?: boolean
  /** Another process is at it. */
  readonly onWaiting?: () => void
  readonly onProgress?: (progress: Readonly<Progress>) => void
}

/** One process at a time, and beside another only by mistake: each row is posted once whoever comes to it. */
export async function adopt(adoption: Adoption): Promise<Progress> {
  const { db, onWaiting, signal, source } = adoption
  const lease = { name: `source ${source.name}`, signal, ...(onWaiting && { onWaiting }) }
  const progress: Progress = { looked: 0, posted: 0, refused: 0 }
  await leased(db.db, lease, () => adoptAll(adoption, progress))
  return progress
}

async function adoptAll(adoption: Adoption, progress: Progress): Promise<void> {
  const { db, isRetry = false, signal, source } = adoption
  const { isAdopted = false, upTo } = await attach(db.db, source)
  if (!isAdopted) {
    await pass(adoption, progress, { walk: { upTo, by: 'date' }, isSilent: true, isRetry })
    if (!signal.aborted) await markAdopted(db.db, source.name)
  }
  // What was refused a moment ago is not tried again.
  if (!signal.aborted)
    await pass(adoption, progress, { walk: { by: 'oldest first' }, isSilent: false, isRetry: isRetry && isAdopted })
}

function pass(
  { onProgress = () => {}, ...adoption }: Adoption,
  progress: Progress,
  manner: Pick<LookThrough, 'walk' | 'isSilent' | 'isRetry'>,
): Promise<void> {
  progress.looked = 0
  return lookThrough({ ...adoption, ...manner, progress, onProgress: () => onProgress(progress) })
}
