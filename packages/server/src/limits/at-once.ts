/** How much is worked on at the same time. */

import { ChatError } from '@suda/protocol'

export class AtOnce {
  readonly #max: number
  #count = 0

  constructor(max: number) {
    this.#max = max
  }

  /** @returns to be called at the end; a second time does nothing @throws ChatError `unavailable` */
  begin(): () => void {
    if (this.#count >= this.#max) {
      throw new ChatError('unavailable', 'The server has too much to do at this moment.', { retryAfterSeconds: 1 })
    }
    this.#count += 1
    let isOver = false
    return () => {
      if (!isOver) this.#count -= 1
      isOver = true
    }
  }
}
