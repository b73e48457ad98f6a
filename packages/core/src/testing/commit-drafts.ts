/** What no command does, or not so many at once. */

import type { Draft } from '../storage/drafts.ts'
import type { Storage } from '../storage/storage.ts'

export async function commitDrafts(storage: Storage, drafts: readonly Draft[]): Promise<void> {
  await storage.commit(drafts, { preconditions: [], by: { via: { kind: 'cli' }, requestId: 'test' } })
}
