/** A disk of a few megabytes, which can be filled and emptied. */

import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, rmdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Leaves only so many bytes free. */
  fillUpTo(freeBytes: number): void
  /** Gives back what `fillUpTo` took. */
  empty(): void
  unmount(): void
}

/** @returns undefined where mounting is not allowed */
export function mountSmallDisk(megabytes: number): SmallDisk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'suda-disk-'))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]).status !== 0) {
    rmdirSync(folder)
    return undefined
  }
  const ballast = join(folder, 'ballast')
  return {
    folder,
    fillUpTo(freeBytes) {
      const { bavail, bsize } = statfsSync(folder)
      // It may be gone meanwhile: the server writes, too.
      ignoringFull(() => appendFileSync(ballast, Buffer.alloc(Math.max(0, bavail * bsize - freeBytes))))
    },
    empty: () => rmSync(ballast, { force: true }),
    unmount() {
      spawnSync('umount', ['-l', folder])
      rmdirSync(folder)
    },
  }
}

function ignoringFull(write: () => void): void {
  try {
    write()
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error
  }
}
