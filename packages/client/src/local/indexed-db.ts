/** The local store of a browser: a database for each site, by the site's id. */

import { createStore, del, entries, get, set } from 'idb-keyval'
import type { Outgoing } from '../outbox/outgoing.ts'
import type { Kept, LocalStore } from './local-store.ts'

/** Raised when what is kept is of another shape: then it is as if nothing were kept of the replica. */
const VERSION = 1
const REPLICA = `replica-${VERSION}`
const OUTGOING = 'outgoing '

export function indexedDbStore(siteId: string): LocalStore {
  const store = createStore(`suda-${siteId}`, 'kept')
  return {
    load: () => get<Kept>(REPLICA, store),
    save: (kept) => set(REPLICA, kept, store),
    erase: () => del(REPLICA, store),
    async outgoing() {
      const all = await entries<string, Outgoing>(store)
      return all.filter(([key]) => key.startsWith(OUTGOING)).map(([, one]) => one)
    },
    putOutgoing: (one) => set(OUTGOING + one.id, one, store),
    deleteOutgoing: (id) => del(OUTGOING + id, store),
  }
}
