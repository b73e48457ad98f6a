/**
 * How often a password may be guessed. Nobody is locked out: whoever knows the password and waits gets in, and
 * strangers cannot make the owner wait where the owner has signed in before. Names are counted as they were typed, known
 * or not, so that nothing shows whether one exists.
 */

import { createHash } from 'node:crypto'
import { ChatError } from '@suda/protocol'
import { BoundedKeys } from './bounded-keys.ts'
import { Buckets } from './buckets.ts'
import { Counts } from './counts.ts'
import { networkOf } from './network-of.ts'
import { RecentKeys } from './recent-keys.ts'
import { delayMs, Strikes } from './strikes.ts'

const MINUTE_MS = 60_000
const WINDOW_MS = 15 * MINUTE_MS

/** Of one name from one address. */
const PLACE = { free: 5, maxDelayMs: WINDOW_MS, forgetMs: WINDOW_MS }
/**
 * Of one address, whatever the names. A class signs in at the same second, so what is under way does not count; what
 * turns out wrong does, also where more were under way than might fail.
 */
const ADDRESS = { count: 30, perMs: WINDOW_MS, burst: 30, owed: 30 }
/** Of one name, from all addresses; beyond `free` whoever is new there waits. */
const ACCOUNT = { count: 50, perMs: WINDOW_MS, burst: 60, free: 50, maxDelayMs: 30_000 }

/** Where it depends on attempts that are under way. */
const SOON_MS = 1_000

const MAX_KEYS = 100_000

/** What came of an attempt; `unknown`: the password was not looked at after all. */
export type Outcome = 'right' | 'wrong' | 'unknown'

export interface Attempt {
  /** To be called in every case; only the first time counts. */
  end(outcome: Outcome): void
}

export interface Guess {
  /** The name or e-mail address as it was typed, normalised. */
  readonly account: string
  readonly address: string
}

export interface ThrottleOptions {
  readonly isOff?: boolean
  /** Milliseconds that never go back. */
  readonly now?: () => number
  /** Of which more is remembered than that nothing was done, each by name, by address and by both. */
  readonly maxKeys?: number
}

interface Keys {
  readonly account: string
  readonly address: string
  readonly place: string
}

export class SignInThrottle {
  readonly #isOff: boolean
  readonly #now: () => number
  readonly #places: Strikes
  readonly #addresses: Buckets
  readonly #accounts: Buckets
  readonly #pending = new Counts()
  /** Where somebody has signed in. */
  readonly #known: RecentKeys
  /** From when on whoever was told to wait is let in. */
  readonly #tickets: BoundedKeys<{ at: number }>

  constructor({ isOff = false, maxKeys = MAX_KEYS, now = () => performance.now() }: ThrottleOptions = {}) {
    const options = { now, maxKeys }
    this.#isOff = isOff
    this.#now = now
    this.#places = new Strikes(PLACE, options)
    this.#addresses = new Buckets(ADDRESS, options)
    this.#accounts = new Buckets(ACCOUNT, options)
    this.#known = new RecentKeys(maxKeys)
    this.#tickets = new BoundedKeys({ max: maxKeys, make: noTicket, isIdle: ({ at }) => at + WINDOW_MS <= now() })
  }

  /** @throws ChatError `rate_limited`; such an attempt counts for nothing and must cost nothing */
  begin(guess: Guess): Attempt {
    if (this.#isOff) return { end: () => {} }
    const keys = keysOf(guess)
    const waitMs = Math.max(this.#placeMs(keys), this.#addressMs(keys), this.#accountMs(keys))
    if (waitMs > 0) {
      const retryAfterSeconds = Math.ceil(waitMs / 1_000)
      throw new ChatError('rate_limited', 'Too many wrong passwords; wait a little.', { retryAfterSeconds })
    }
    return this.#admit(keys)
  }

  #admit(keys: Keys): Attempt {
    const all = [keys.account, keys.place]
    for (const key of all) this.#pending.add(key)
    let isOver = false
    return {
      end: (outcome) => {
        if (isOver) return
        isOver = true
        for (const key of all) this.#pending.remove(key)
        if (outcome !== 'unknown') this.#tickets.forget(keys.place)
        if (outcome === 'right') this.#welcome(keys)
        if (outcome === 'wrong') this.#count(keys)
      },
    }
  }

  #welcome({ place }: Keys): void {
    this.#places.forgive(place)
    this.#known.add(place)
  }

  #count({ account, address, place }: Keys): void {
    this.#places.fail(place, this.#known.has(place))
    this.#addresses.drain(address, ADDRESS.owed)
    this.#accounts.drain(account)
  }

  /** Attempts that are under way may all be failures; one more is let in as if they were. */
  #placeMs({ place }: Keys): number {
    const isKnown = this.#known.has(place)
    const pending = this.#pending.of(place)
    const isBeyond = this.#places.failures(place, isKnown) + pending >= PLACE.free
    return Math.max(this.#places.waitMs(place, isKnown), isBeyond && pending > 0 ? SOON_MS : 0)
  }

  /** Or one pupil could keep out the class. */
  #addressMs({ address, place }: Keys): number {
    return this.#known.has(place) ? 0 : this.#addresses.wait(address) * 1_000
  }

  /** Each waits for itself: of one delay for all, whoever asks most often would have every end. */
  #accountMs({ account, place }: Keys): number {
    if (this.#known.has(place)) return 0
    const failures = Math.floor(this.#accounts.taken(account)) + this.#pending.of(account)
    const delay = delayMs(failures - ACCOUNT.free, ACCOUNT.maxDelayMs)
    if (delay === 0) return 0
    const now = this.#now()
    const ticket = this.#tickets.claim(place)
    if (ticket.at + WINDOW_MS <= now) ticket.at = now + delay
    return Math.max(ticket.at - now, this.#pending.of(place) > 0 ? SOON_MS : 0)
  }
}

function noTicket() {
  return { at: -Infinity }
}

function keysOf({ account, address }: Guess): Keys {
  const network = networkOf(address)
  const name = digest(account)
  return { account: name, address: network, place: `${name} ${network}` }
}

/** People type passwords as names; and whatever they type takes the same room. */
function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}
