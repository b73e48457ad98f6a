/** What each part of the suite is given: a way to state a rule, and an open storage per rule. */

import type { Storage } from '../storage.ts'

/** Limits that a test needs smaller than they are in life. */
export interface StorageLimits {
  /** DL2b: changes older than this and further behind than `keepChanges` leave the log. */
  readonly keepMs: number
  readonly keepChanges: number
}

export interface OpenedStorage {
  readonly storage: Storage
  /** Closes it, if that was not done yet, and opens the same database again. */
  readonly reopen: () => Promise<Storage>
}

/** `title` begins with the rule's id. */
export type Rule = (title: string, check: (opened: OpenedStorage) => Promise<void>, limits?: StorageLimits) => void

export type Part = (rule: Rule) => void
