/** Sees to it that the replica is kept now and then, and shown again to nobody but its user. */

import { ChatError, type UserAnswer } from '@suda/protocol'
import type { Platform } from '../platform.ts'
import { memoryStore, type Kept, type LocalStore } from './local-store.ts'

/** Everything is written anew each time, so it is not done more often. */
const SAVE_AFTER_MS = 2_000

export interface KeeperParts {
  readonly platform: Platform
  /** Of the site, by which it is found before anything was loaded. */
  readonly url: string
  /** As it stands now; undefined if there is nothing to keep. */
  readonly what: () => Kept | undefined
}

export class Keeper {
  readonly #parts: KeeperParts
  readonly #note: string
  #siteId: string | undefined
  #local: LocalStore | undefined
  #cancel: (() => void) | undefined
  #saved: Kept | undefined

  constructor(parts: KeeperParts) {
    this.#parts = parts
    this.#note = `suda-site ${parts.url}`
  }

  /** The store of a site; the same for the same site. */
  open(siteId: string): LocalStore {
    const { openLocal, notes } = this.#parts.platform
    if (this.#local !== undefined && this.#siteId === siteId) return this.#local
    this.#siteId = siteId
    this.#local = openLocal?.(siteId) ?? memoryStore()
    try {
      notes?.setItem(this.#note, siteId)
    } catch {
      // Full or forbidden: the next visit loads the chat before it finds what is kept.
    }
    return this.#local
  }

  /**
   * What an earlier visit kept, unless somebody else is signed in by now. Where that cannot be asked, offline, whoever has
   * the device reads what was read on it before.
   * @throws ChatError `unauthenticated`
   */
  async load(askWho: () => Promise<UserAnswer>): Promise<Kept | undefined> {
    const siteId = this.#parts.platform.notes?.getItem(this.#note) ?? undefined
    if (siteId === undefined) return undefined
    const local = this.open(siteId)
    const kept = await local.load().catch(() => undefined)
    if (kept === undefined) return undefined
    if (await isOf(kept, askWho)) return kept
    await local.erase().catch(() => undefined)
    return undefined
  }

  saveSoon(): void {
    this.#cancel ??= this.#parts.platform.after(SAVE_AFTER_MS, () => this.saveNow())
  }

  saveNow(): void {
    this.#cancel?.()
    this.#cancel = undefined
    const kept = this.#parts.what()
    if (kept === undefined || isSame(kept, this.#saved)) return
    this.#saved = kept
    this.#local?.save(kept).catch(() => undefined)
  }

  erase(): void {
    this.#cancel?.()
    this.#cancel = undefined
    this.#saved = undefined
    this.#local?.erase().catch(() => undefined)
  }
}

/** @throws ChatError `unauthenticated` */
async function isOf({ userId }: Kept, askWho: () => Promise<UserAnswer>): Promise<boolean> {
  try {
    return (await askWho()).user.id === userId
  } catch (error) {
    if (error instanceof ChatError && error.code === 'unavailable') return true
    throw error
  }
}

function isSame(a: Kept, b: Kept | undefined): boolean {
  return a.replica.state === b?.replica.state && a.replica.cursor === b.replica.cursor
}
