/** What a storage that several processes serve has beside the port: how they know of each other, and what they tell each other. */

import type { Signal } from '@suda/protocol'

/** Who serves the site. */
export interface Nodes {
  /** From now on the others know that this process serves as well. */
  join(): Promise<void>
  /** This process is about to stop: the others count on it no more. */
  leave(): Promise<void>
  /** Whether another process serves and is not about to stop. */
  hasOthers(): Promise<boolean>
}

/** What is kept nowhere (DL9). Some of it may be lost, and none comes twice. */
export interface SignalExchange {
  /** Tells the others, soon. */
  tell(signal: Signal): void
  /** Calls back with what others told. */
  onTold(callback: (signals: readonly Signal[]) => void): void
}
