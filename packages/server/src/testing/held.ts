/** A server that holds its limits as it does by default, by a clock of the test, with passwords that cost little. */

import type { HashInput } from '../auth/passwords/argon2id.ts'
import { quickPasswords } from './quick-passwords.ts'
import type { ServerOptions } from './start-server.ts'

export interface Held {
  readonly options: ServerOptions
  /** All passwords that were hashed or checked. */
  readonly hashed: HashInput[]
  /** Has milliseconds pass. */
  readonly pass: (ms: number) => void
}

export function held(config: ServerOptions['config'] = {}): Held {
  let time = 0
  const { hashed, passwords } = quickPasswords()
  const pass = (ms: number) => {
    time += ms
  }
  return { hashed, pass, options: { config, limits: {}, passwords, now: () => time } }
}
