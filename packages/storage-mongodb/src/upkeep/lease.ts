/** What one process does for all: the lease goes to whoever asks while nobody holds it. */

import type { Db } from 'mongodb'
import type { LeaseDocument } from '../documents.ts'
import { isDuplicate } from '../driver-error.ts'

/** @returns whether this owner has it until `forMs` from now */
export async function takeLease(
  db: Db,
  { name, owner, forMs }: { readonly name: string; readonly owner: string; readonly forMs: number },
): Promise<boolean> {
  const now = new Date()
  const until = new Date(now.getTime() + forMs)
  try {
    const mine = { _id: name, $or: [{ owner }, { until: { $lte: now } }] }
    await db.collection<LeaseDocument>('leases').updateOne(mine, { $set: { owner, until } }, { upsert: true })
    return true
  } catch (error) {
    if (isDuplicate(error)) return false // somebody else's
    throw error
  }
}

export async function giveUpLease(db: Db, name: string, owner: string): Promise<void> {
  await db.collection<LeaseDocument>('leases').deleteOne({ _id: name, owner })
}
