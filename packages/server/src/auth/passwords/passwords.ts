/**
 * Hashing and checking passwords: Argon2id, a few at once. Who is unknown costs as much work as who is known, so that
 * the time of an answer tells nothing.
 */

import { randomBytes, timingSafeEqual } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { ChatError, LIMITS } from '@suda/protocol'
import { argon2id, type HashFunction } from './argon2id.ts'
import { CommonPasswords } from './common-passwords.ts'
import { formatPhc, parsePhc, type Costs, type StoredHash } from './phc.ts'
import { Turns, type TurnLimits } from './turns.ts'

/** What OWASP asks for at least. */
const COSTS: Costs = { memoryKib: 19_456, passes: 2, lanes: 1 }
const HASH_BYTES = 32
const SALT_BYTES = 16

/** One core is left to those who chat, and one of the four threads of Node's pool to files and names of hosts. */
const TURNS: TurnLimits = { atOnce: Math.min(Math.max(1, availableParallelism() - 1), 3), waiting: 50 }

export interface PasswordOptions {
  readonly turns?: Partial<TurnLimits>
  readonly argon2id?: HashFunction
}

export class Passwords {
  readonly #common = new CommonPasswords()
  readonly #turns: Turns
  readonly #argon2id: HashFunction
  /** What is checked for those who have no password; nothing hashes to it but by chance. */
  readonly #nobody: StoredHash = { ...COSTS, salt: randomBytes(SALT_BYTES), hash: randomBytes(HASH_BYTES) }

  constructor(options: PasswordOptions = {}) {
    this.#turns = new Turns({ ...TURNS, ...options.turns })
    this.#argon2id = options.argon2id ?? argon2id
  }

  /**
   * For a password that is set.
   *
   * @param options `unlike`: what it must not be: the names of its user and of the site
   * @returns what to store
   * @throws ChatError `validation_failed` for one that everybody would guess; `unavailable`
   */
  async hash(text: string, { unlike = [] }: { readonly unlike?: readonly string[] } = {}): Promise<string> {
    const { min, max } = LIMITS.passwordLength
    if (text.length < min || !isHashable(text)) {
      throw new ChatError('validation_failed', `A password has ${min} to ${max} characters.`)
    }
    await this.#common.refuse(text, unlike)
    return this.#turns.run(() => this.#hashAnew(text))
  }

  /**
   * For a password that has just proved right, where `needsRehash` says so.
   *
   * @returns what to store; undefined if others wait for their turn: it will be as good at the next sign-in
   */
  async rehash(text: string): Promise<string | undefined> {
    return this.#turns.isFree ? this.#turns.run(() => this.#hashAnew(text)) : undefined
  }

  /**
   * @param stored undefined if there is no such user, or no password: false, after the same work
   * @throws ChatError `unavailable` if too many wait; Error for a stored string that is no hash, which is a fault
   */
  async verify(text: string, stored: string | undefined): Promise<boolean> {
    const expected = stored === undefined ? this.#nobody : parsePhc(stored)
    const { hash, ...how } = expected
    const isPossible = stored !== undefined && isHashable(text)
    const input = { ...how, text: isHashable(text) ? text : '', bytes: hash.length }
    const found = await this.#turns.run(() => this.#argon2id(input))
    return timingSafeEqual(found, hash) && isPossible
  }

  /** Whether a stored hash is cheaper, or otherwise made, than one of today. */
  needsRehash(stored: string): boolean {
    const { hash, lanes, memoryKib, passes, salt } = parsePhc(stored)
    const isAsToday = memoryKib === COSTS.memoryKib && passes === COSTS.passes && lanes === COSTS.lanes
    return !isAsToday || hash.length !== HASH_BYTES || salt.length < SALT_BYTES
  }

  async #hashAnew(text: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES)
    const hash = await this.#argon2id({ ...COSTS, text, salt, bytes: HASH_BYTES })
    return formatPhc({ ...COSTS, salt, hash })
  }
}

function isHashable(text: string): boolean {
  return text.length <= LIMITS.passwordLength.max && text.isWellFormed()
}
