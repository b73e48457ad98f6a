/** The one place from which everything on a screen is read, and which tells when it is another. */

import type { State } from '@suda/protocol'
import type { FeedState } from '../feed/feed.ts'
import type { Outgoing } from '../outbox/outgoing.ts'

export interface ChatState {
  readonly status: FeedState
  /** What is known of the chat, with what was said here on top; undefined until it is loaded, and when signed out. */
  readonly data: State | undefined
  /** Not acknowledged yet, or refused, in the order in which it was said. */
  readonly outgoing: readonly Outgoing[]
  /** Who is typing, by room: ids of users, in the order in which they began. */
  readonly typing: Readonly<Record<string, readonly string[]>>
  /** The server is newer than this program, which must be loaded anew; what was not sent is kept. */
  readonly isOutdated: boolean
  /** False while the device keeps nothing: what was said is lost if the program ends before it was sent. */
  readonly isKept: boolean
}

export type Listener = () => void

export class Store {
  #state: ChatState = {
    status: 'connecting',
    data: undefined,
    outgoing: [],
    typing: {},
    isOutdated: false,
    isKept: true,
  }
  readonly #listeners = new Set<Listener>()

  get state(): ChatState {
    return this.#state
  }

  /** Tells everybody, unless nothing is another. */
  set(part: Partial<ChatState>): void {
    const next = { ...this.#state, ...part }
    if (isSame(this.#state, next)) return
    this.#state = next
    for (const listener of this.#listeners) listener()
  }

  /** @returns what ends it */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}

function isSame(a: ChatState, b: ChatState): boolean {
  return (
    a.status === b.status &&
    a.data === b.data &&
    a.outgoing === b.outgoing &&
    a.typing === b.typing &&
    a.isOutdated === b.isOutdated &&
    a.isKept === b.isKept
  )
}
