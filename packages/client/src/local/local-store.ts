/** What stays on the device between two visits: the replica, and what was said and not sent. */

import type { Outgoing } from '../outbox/outgoing.ts'
import type { SavedReplica } from '../replica/replica.ts'

export interface Kept {
  /** Whose it is: nobody else gets to see it. */
  readonly userId: string
  readonly replica: SavedReplica
}

/**
 * One site's on this device, shared by all tabs. Everything may fail (full, forbidden, taken away by the browser): a
 * rejected promise means that it is not kept, and nothing else.
 */
export interface LocalStore {
  load(): Promise<Kept | undefined>
  /** State and cursor in one piece: after a crash there are both of before, or both of after. */
  save(kept: Kept): Promise<void>
  /** Takes the replica away, which others must not see. What was not sent stays, for the same user. */
  erase(): Promise<void>
  /** Of all users. */
  outgoing(): Promise<readonly Outgoing[]>
  /** Resolves when it would survive a crash. */
  putOutgoing(outgoing: Outgoing): Promise<void>
  deleteOutgoing(id: string): Promise<void>
}

/** As long as the program runs: in Node, and where a browser keeps nothing. */
export function memoryStore(): LocalStore {
  let kept: Kept | undefined
  const outgoing = new Map<string, Outgoing>()
  return {
    load: () => Promise.resolve(kept),
    save: (next) => done(() => (kept = next)),
    erase: () => done(() => (kept = undefined)),
    outgoing: () => Promise.resolve([...outgoing.values()]),
    putOutgoing: (one) => done(() => outgoing.set(one.id, one)),
    deleteOutgoing: (id) => done(() => outgoing.delete(id)),
  }
}

async function done(act: () => unknown): Promise<void> {
  act()
}
