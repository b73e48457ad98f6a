/**
 * Reads stretches of the log for readers who are further behind than the ring reaches (step 5). Stretches have fixed
 * borders, so that a thousand readers with a thousand cursors share a few reads, and only a few reads run at a time.
 */

import type { CommittedChange, DeletedCard } from '@suda/protocol'
import { Slot } from './slot.ts'
import { withoutNames } from './take-back.ts'

/** The changes after `position`, in order, `limit` at most; [] at the head. Rejects with a `TrimmedError` if some are gone. */
export type Replay = (position: number, limit: number) => Promise<readonly CommittedChange[]>

export interface LogReaderOptions {
  readonly epoch: string
  readonly replay: Replay
  readonly batch: number
  readonly reads: number
}

export interface Stretch {
  readonly after: number
  slots: readonly Slot[]
  /** How much had been taken back when its read began. */
  readonly asOf: number
}

/** How many stretches are kept for those who come just behind. */
const KEPT = 4

/** How many of the places that were taken back last are remembered; whoever holds a stretch for longer reads it again. */
const REMEMBERED = 1_000

/** How many of the users who were deleted last are remembered; of earlier ones the log itself tells no names any more. */
const DELETED = 100

export class LogReader {
  readonly #options: LogReaderOptions
  readonly #stretches = new Map<number, { readonly stretch: Stretch; readonly loaded: Promise<Stretch> }>()
  readonly #waiting: (() => void)[] = []
  #running = 0
  #takenBack: number[] = []
  #takenBackBefore = 0 // and not remembered
  #deleted: DeletedCard[] = []

  constructor(options: LogReaderOptions) {
    this.#options = options
  }

  /** A stretch that holds the change directly after `position`. */
  async after(position: number): Promise<Stretch> {
    const border = position - (position % this.#options.batch)
    const stretch = await this.#load(border).catch((error: unknown) => {
      // The border may be trimmed already while the reader's own place is not.
      if (isTrimmed(error) && position !== border) return this.#load(position)
      throw error
    })
    if (slotOf(stretch, position + 1) === undefined) throw new RangeError(`the log has nothing at ${position + 1}`)
    return stretch
  }

  /** DL2a: what was read of this place is not to be told any more. */
  rewritten(position: number): void {
    this.#takenBack.push(position)
    if (this.#takenBack.length > 2 * REMEMBERED) {
      this.#takenBack = this.#takenBack.slice(-REMEMBERED)
      this.#takenBackBefore += REMEMBERED + 1
    }
    const border = position - 1 - ((position - 1) % this.#options.batch)
    for (const after of this.#stretches.keys()) {
      if (after >= border && after < position) this.#stretches.delete(after)
    }
  }

  /** DL2a: nothing that was read before tells of this user what is not to be told any more, and nothing that the log still has. */
  deleted(card: DeletedCard): void {
    this.#deleted = [...this.#deleted, card].slice(-DELETED)
    this.#takenBackBefore += this.#takenBack.length + 1
    this.#takenBack = []
    this.#stretches.clear()
  }

  /** Whether something in it was taken back since its read began, by whomever it is held: it must be read again (DL2a). */
  isStale({ after, asOf }: Stretch): boolean {
    if (asOf < this.#takenBackBefore) return true
    const border = after - (after % this.#options.batch) + this.#options.batch
    return this.#takenBack
      .slice(asOf - this.#takenBackBefore)
      .some((position) => position > after && position <= border)
  }

  #load(after: number): Promise<Stretch> {
    const known = this.#stretches.get(after)
    if (known !== undefined) return known.loaded
    const stretch: Stretch = { after, slots: [], asOf: this.#takenBackBefore + this.#takenBack.length }
    const loaded = this.#read(stretch)
    this.#stretches.set(after, { stretch, loaded })
    loaded.then(
      () => this.#settled(stretch),
      () => this.#drop(stretch),
    )
    return loaded
  }

  async #read(stretch: Stretch): Promise<Stretch> {
    const { batch, epoch, reads, replay } = this.#options
    if (this.#running >= reads) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    this.#running++
    try {
      const changes = await replay(stretch.after, batch - (stretch.after % batch))
      stretch.slots = changes.map((change) => new Slot(this.#deleted.reduce(withoutNames, change), epoch))
      return stretch
    } finally {
      this.#running--
      this.#waiting.shift()?.()
    }
  }

  #settled(stretch: Stretch): void {
    const isFull = (stretch.after + stretch.slots.length) % this.#options.batch === 0
    // One that ends at the head would soon be too short.
    if (!isFull) this.#drop(stretch)
    for (const after of this.#stretches.keys()) {
      if (this.#stretches.size <= KEPT + this.#running + this.#waiting.length) break
      this.#stretches.delete(after)
    }
  }

  #drop(stretch: Stretch): void {
    if (this.#stretches.get(stretch.after)?.stretch === stretch) this.#stretches.delete(stretch.after)
  }
}

/** Positions are dense (DL2), so a slot is found by its number alone. */
export function slotOf({ after, slots }: Stretch, position: number): Slot | undefined {
  return slots[position - after - 1]
}

/** The hub knows no storage, so the error is known by its name. */
export function isTrimmed(error: unknown): boolean {
  return error instanceof Error && error.name === 'TrimmedError'
}
