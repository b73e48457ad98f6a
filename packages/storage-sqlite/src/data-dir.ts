/** The data folder and what lies in it. */

import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { messageOfError } from './driver-error.ts'
import { SqliteOpenError } from './open-error.ts'

export interface DataPaths {
  readonly dir: string
  readonly database: string
  readonly inbox: string
  readonly position: string
  readonly lock: string
}

/**
 * Makes the folder, for its owner alone, if there is none.
 * @throws SqliteOpenError `unusable`
 */
export function dataDir(path: string): DataPaths {
  const dir = resolve(path)
  try {
    makeDir(dir)
    if (!statSync(dir).isDirectory()) throw new Error('it is not a folder')
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new SqliteOpenError('unusable', `the data folder ${dir} cannot be used: ${reasonOf(error)}`, { cause: error })
  }
  return {
    dir,
    database: join(dir, 'suda.db'),
    inbox: join(dir, 'inbox.db'),
    position: join(dir, 'position'),
    lock: join(dir, 'owner.lock'),
  }
}

// Not Node's own `recursive`, which never ends where the parent is there and yet nothing can be made in it (/proc).
function makeDir(dir: string): void {
  if (existsSync(dir)) return
  if (dirname(dir) !== dir) makeDir(dirname(dir))
  mkdirSync(dir, { mode: 0o700 })
}

const REASONS: Readonly<Record<string, string>> = {
  EEXIST: 'it is not a folder',
  ENOENT: 'nothing can be made there',
  ENOTDIR: 'a part of its path is not a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
  return REASONS[code] ?? messageOfError(error)
}
