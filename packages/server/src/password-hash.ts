/** How passwords are kept: Argon2id as a PHC string, so that its cost can be raised later without losing anybody. */

import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { ChatError, LIMITS } from '@suda/protocol'

const MEMORY_KIB = 19_456
const PASSES = 2
const LANES = 1
const HASH_BYTES = 32
const SALT_BYTES = 16

/** @throws ChatError `validation_failed` */
export async function hashPassword(text: string): Promise<string> {
  const { min, max } = LIMITS.passwordLength
  if (text.length < min || text.length > max || !text.isWellFormed()) {
    throw new ChatError('validation_failed', `A password has ${min} to ${max} characters.`)
  }
  const salt = randomBytes(SALT_BYTES)
  const hash = await promisify(argon2)('argon2id', {
    // Keyboards differ in how they put a letter and its marks together.
    message: text.normalize('NFC'),
    nonce: salt,
    memory: MEMORY_KIB,
    passes: PASSES,
    parallelism: LANES,
    tagLength: HASH_BYTES,
  })
  return `$argon2id$v=19$m=${MEMORY_KIB},t=${PASSES},p=${LANES}$${unpadded(salt)}$${unpadded(hash)}`
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
