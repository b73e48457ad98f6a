/** Passwords that are hashed as ever, but at a cost that a test can pay a thousand times; what was hashed is told. */

import { argon2id, type HashInput } from '../auth/passwords/argon2id.ts'
import { Passwords } from '../auth/passwords/passwords.ts'

export interface QuickPasswords {
  readonly passwords: Passwords
  /** At what cost it was to be hashed, each time. */
  readonly hashed: HashInput[]
}

export function quickPasswords(): QuickPasswords {
  const hashed: HashInput[] = []
  const passwords = new Passwords({
    argon2id(input) {
      hashed.push(input)
      return argon2id({ ...input, memoryKib: 8, passes: 1 })
    },
  })
  return { passwords, hashed }
}
