/** What the client needs of the place that it runs in. Browsers and Node have it; tests bring their own. */

import { indexedDbStore } from './local/indexed-db.ts'
import type { LocalStore } from './local/local-store.ts'
import { newId } from './new-id.ts'

export interface Platform {
  readonly fetch: typeof fetch
  /** Absent where streams are read by `fetch`: in Node, and wherever a token must be sent. */
  readonly EventSource?: typeof EventSource
  /** Of a site, by its id; absent where nothing can be kept. */
  readonly openLocal?: (siteId: string) => LocalStore
  /** Small texts at hand at once, such as which site stands behind an address; absent where they are forbidden. */
  readonly notes?: Pick<Storage, 'getItem' | 'setItem'>
  /** Milliseconds that never go backwards. */
  now(): number
  /** Milliseconds since the epoch, as the person's clock has it. */
  wallClock(): number
  /** 0 to 1. */
  random(): number
  /** A UUID of version 7. */
  newId(): string
  /** @returns what takes it back */
  after(ms: number, act: () => void): () => void
  isVisible(): boolean
  /** False only where it is certain that there is no network. */
  isOnline(): boolean
  /**
   * Visible or hidden, on the network or off, or about to be left.
   * @returns what ends it
   */
  onChange(listener: (what: 'visibility' | 'network' | 'leaving') => void): () => void
}

/** Of this browser or this Node. */
export function thisPlatform(): Platform {
  const page = globalThis.document
  return {
    fetch: (input, init) => globalThis.fetch(input, init),
    // Node may have one, but it cannot be given a token.
    ...(page !== undefined && globalThis.EventSource !== undefined && { EventSource: globalThis.EventSource }),
    ...keeping(),
    now: () => performance.now(),
    wallClock: () => Date.now(),
    random: () => Math.random(),
    newId: () => newId(Date.now()),
    after(ms, act) {
      const timer = setTimeout(act, ms)
      return () => clearTimeout(timer)
    },
    isVisible: () => page?.visibilityState !== 'hidden',
    isOnline: () => globalThis.navigator?.onLine !== false,
    onChange: (listener) => (page === undefined ? () => undefined : listenTo(page, listener)),
  }
}

/** In Node it is for the program to say where something is to be kept. */
function keeping(): Pick<Platform, 'openLocal' | 'notes'> {
  if (globalThis.document === undefined || globalThis.indexedDB === undefined) return {}
  try {
    return { openLocal: indexedDbStore, notes: globalThis.localStorage }
  } catch {
    return { openLocal: indexedDbStore } // where cookies are blocked, touching it throws
  }
}

type Listener = Parameters<Platform['onChange']>[0]

function listenTo(page: Document, listener: Listener): () => void {
  const controller = new AbortController()
  const { signal } = controller
  page.addEventListener('visibilitychange', () => listener('visibility'), { signal })
  // A page that comes back out of the cache was frozen, and its streams with it.
  addEventListener('pageshow', () => listener('visibility'), { signal })
  addEventListener('pagehide', () => listener('leaving'), { signal })
  addEventListener('online', () => listener('network'), { signal })
  addEventListener('offline', () => listener('network'), { signal })
  return () => controller.abort()
}
