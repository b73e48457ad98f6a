/** How often what may be done: every limit of the edge but that of signing in, on one screen. */

import { ChatError } from '@suda/protocol'
import { AtOnce } from './at-once.ts'
import { Buckets } from './buckets.ts'
import { defaultLimits, type Limit, type LimitSettings } from './limit-settings.ts'
import { networkOf } from './network-of.ts'

interface Share {
  readonly setting: Exclude<keyof LimitSettings, 'limitAtOnce'>
  /** What the key is: `all` has one bucket for everybody together, whatever the key. */
  readonly by: 'id' | 'address' | 'all'
}

/** A kind may take from several buckets: from all of them or from none. */
const KINDS = {
  /** By user. */
  messages: [{ setting: 'limitMessages', by: 'id' }],
  /** By user. */
  tokenMessages: [{ setting: 'limitTokenMessages', by: 'id' }],
  /** By room. */
  roomMessages: [{ setting: 'limitRoomMessages', by: 'id' }],
  /** By user and room. */
  typing: [{ setting: 'limitTyping', by: 'id' }],
  /** By user, as the three after it. */
  streams: [{ setting: 'limitStreams', by: 'id' }],
  changes: [{ setting: 'limitChanges', by: 'id' }],
  rooms: [{ setting: 'limitRooms', by: 'id' }],
  invites: [{ setting: 'limitInvites', by: 'id' }],
  previews: [{ setting: 'limitPreviews', by: 'address' }],
  signUps: [{ setting: 'limitSignUps', by: 'address' }],
  /** Of credentials that are none. */
  refusals: [{ setting: 'limitRefusals', by: 'address' }],
  setUpCode: [
    { setting: 'limitSetUpCode', by: 'address' },
    { setting: 'limitSetUpCodeInAll', by: 'all' },
  ],
} as const satisfies Record<string, readonly Share[]>

export type LimitKind = keyof typeof KINDS

/** One bucket of one key. */
interface Source {
  readonly buckets: Buckets
  readonly key: string
}

export interface LimitOptions extends Partial<LimitSettings> {
  /** `false` lifts all of them. */
  readonly rateLimits: boolean
}

export class Limits {
  readonly #buckets = new Map<Share['setting'], Buckets>()
  readonly #atOnce: AtOnce

  /** What is not given has its default. @param now milliseconds that never go back */
  constructor({ rateLimits, ...given }: LimitOptions, now: () => number = () => performance.now()) {
    const settings = { ...defaultLimits(), ...given }
    this.#atOnce = new AtOnce(rateLimits && settings.limitAtOnce !== 'off' ? settings.limitAtOnce : Infinity)
    for (const { setting } of rateLimits ? Object.values(KINDS).flat() : []) {
      const limit: Limit = settings[setting]
      if (limit !== 'off') this.#buckets.set(setting, new Buckets(limit, { now }))
    }
  }

  /**
   * Counts one.
   *
   * @param key whose it is, see `KINDS`; addresses as they came
   * @throws ChatError `rate_limited`, and then it counts nowhere
   */
  take(kind: LimitKind, key: string): void {
    takeAll(this.#sourcesOf(kind, key))
  }

  /** Looks whether one could be taken, where only what fails counts. @throws ChatError `rate_limited` */
  allow(kind: LimitKind, key: string): void {
    allowAll(this.#sourcesOf(kind, key))
  }

  /** Counts one that was done already; more than is allowed at most makes the next one wait. */
  note(kind: LimitKind, key: string): void {
    for (const { buckets, key: ownKey } of this.#sourcesOf(kind, key)) buckets.drain(ownKey)
  }

  /**
   * A request begins.
   *
   * @returns to be called when it is over, or has become a stream; a second time does nothing
   * @throws ChatError `unavailable`
   */
  begin(): () => void {
    return this.#atOnce.begin()
  }

  #sourcesOf(kind: LimitKind, key: string): Source[] {
    return KINDS[kind].flatMap(({ by, setting }) => {
      const buckets = this.#buckets.get(setting)
      return buckets === undefined ? [] : [{ buckets, key: keyOf(by, key) }]
    })
  }
}

function keyOf(by: Share['by'], key: string): string {
  switch (by) {
    case 'id':
      return key
    case 'address':
      return networkOf(key)
    case 'all':
      return ''
  }
}

function takeAll(sources: readonly Source[]): void {
  allowAll(sources)
  for (const { buckets, key } of sources) buckets.take(key)
}

function allowAll(sources: readonly Source[]): void {
  const wait = Math.max(0, ...sources.map(({ buckets, key }) => buckets.wait(key)))
  if (wait > 0) throw tooFast(wait)
}

function tooFast(seconds: number): ChatError {
  return new ChatError('rate_limited', undefined, { retryAfterSeconds: Math.ceil(seconds) })
}
