/** Argon2id in the threads of Node's pool. */

import { argon2 } from 'node:crypto'
import { promisify } from 'node:util'
import type { Costs } from './phc.ts'

const argon2Async = promisify(argon2)

export interface HashInput extends Costs {
  readonly text: string
  readonly salt: Buffer
  readonly bytes: number
}

export type HashFunction = (input: HashInput) => Promise<Buffer>

export function argon2id({ bytes, lanes, memoryKib, passes, salt, text }: HashInput): Promise<Buffer> {
  return argon2Async('argon2id', {
    // Keyboards differ in how they put a letter and its marks together.
    message: text.normalize('NFC'),
    nonce: salt,
    memory: memoryKib,
    passes,
    parallelism: lanes,
    tagLength: bytes,
  })
}
