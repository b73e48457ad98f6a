/**
 * Whether the database's names still stand for the files that are open. SQLite goes on writing into files that were
 * deleted or replaced, where nobody would ever find again what was acknowledged.
 */

import { statSync } from 'node:fs'

export class HeldFiles {
  readonly #inodes: ReadonlyMap<string, number | undefined>

  /** @param database open already, so that its WAL is there as well */
  constructor(database: string) {
    this.#inodes = new Map([database, `${database}-wal`].map((path) => [path, inodeOf(path)]))
  }

  get areThere(): boolean {
    return this.#missing === undefined
  }

  /** @throws Error that names the file */
  assertThere(): void {
    const path = this.#missing
    if (path === undefined) return
    throw new Error(
      `${path} was moved, deleted or replaced: nothing is stored until it is back or Suda is started again`,
    )
  }

  get #missing(): string | undefined {
    for (const [path, inode] of this.#inodes) if (inodeOf(path) !== inode) return path
    return undefined
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino
}
