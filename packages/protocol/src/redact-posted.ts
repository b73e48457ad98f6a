/** DL2a: what was edited or deleted away leaves the logged `message.posted` as well. */

import type { ChangeOf } from './changes.ts'
import type { Message } from './entities.ts'

/**
 * The same change with the message as it is now; position, audience and the counters of that time stay.
 * @param json the logged `message.posted`, as storage wrote it
 */
export function redactPosted(json: string, message: Message): string {
  const change: ChangeOf<'message.posted'> = JSON.parse(json)
  return JSON.stringify({ ...change, payload: { ...change.payload, message } })
}
