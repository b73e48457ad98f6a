/** The clock and the randomness that core works with. */

import { createHmac } from 'node:crypto'
import type { Ports } from '@suda/core'
import { uuidv7 } from 'uuidv7'

export const ports: Ports = {
  now: () => Date.now(),
  newId: () => uuidv7(),
  hmac: (secret, text) => createHmac('sha256', secret).update(text).digest('hex'),
}
