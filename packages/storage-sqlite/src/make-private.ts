/** A database's file for its owner alone, before SQLite opens it: its WAL and journal get the same rights. */

import { closeSync, openSync } from 'node:fs'

/** Does nothing to a file that is there: opening and closing it beside SQLite would free SQLite's locks on it. */
export function makePrivate(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch {
    // It is there, or it cannot be made, which SQLite says better.
  }
}
