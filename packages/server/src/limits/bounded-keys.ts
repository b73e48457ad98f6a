/**
 * What is remembered by keys that strangers make up, in bounded memory. Forgotten is only what says nothing any more,
 * so no flood of new keys makes a blocked one free; if all the room is taken by keys that matter, new ones share one
 * value.
 */

export interface BoundedKeysOptions<Value> {
  readonly max: number
  /** As a key has it that nothing is known of. */
  readonly make: () => Value
  /** Whether a value is as good as a new one. */
  readonly isIdle: (value: Value) => boolean
}

/** How many keys are looked at for each new one: more than one, so that the room is found that there is. */
const LOOKED_AT = 8

export class BoundedKeys<Value> {
  readonly #options: BoundedKeysOptions<Value>
  readonly #values = new Map<string, Value>()
  readonly #shared: Value
  /** Goes round and round; a Map’s iterator sees what is added and deleted meanwhile. */
  #hand: Iterator<[string, Value], unknown>

  constructor(options: BoundedKeysOptions<Value>) {
    this.#options = options
    this.#shared = options.make()
    this.#hand = this.#values.entries()
  }

  get size(): number {
    return this.#values.size
  }

  /**
   * To look at, never to change: of an unknown key it is new, or the one that new keys share.
   *
   * @param isTrusted no stranger could have made it up, so there is always room for it
   */
  read(key: string, isTrusted = false): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    return this.#findRoom() || isTrusted ? this.#options.make() : this.#shared
  }

  /** To change. @param isTrusted as in `read` */
  claim(key: string, isTrusted = false): Value {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    if (!this.#findRoom() && !isTrusted) return this.#shared
    const value = this.#options.make()
    this.#values.set(key, value)
    return value
  }

  forget(key: string): void {
    this.#values.delete(key)
  }

  #findRoom(): boolean {
    for (let looked = 0; looked < LOOKED_AT; looked++) {
      const next = this.#hand.next()
      if (next.done === true) this.#hand = this.#values.entries()
      else if (this.#options.isIdle(next.value[1])) this.#values.delete(next.value[0])
    }
    return this.#values.size < this.#options.max
  }
}
