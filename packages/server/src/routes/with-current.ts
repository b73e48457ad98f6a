/** A stale revision is answered with the object as it is now, also where that was found out by the commit itself. */

import { ChatError } from '@suda/protocol'

export async function withCurrent<Value>(execution: Promise<Value>, current: () => Promise<unknown>): Promise<Value> {
  try {
    return await execution
  } catch (error) {
    const isBare = error instanceof ChatError && error.code === 'stale' && error.current === undefined
    throw isBare ? new ChatError('stale', error.detail, { cause: error, current: await current() }) : error
  }
}
