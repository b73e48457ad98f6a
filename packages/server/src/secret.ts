/** The secret of this installation: made at the first start, in the data folder, readable by its owner alone. */

import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from './start-error.ts'

/** @throws StartError `unusable` */
export function readOrMakeSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  const present = readSecret(file)
  if (present !== undefined) return present
  makeSecret(file)
  const made = readSecret(file)
  if (made === undefined) throw new StartError('unusable', `${file} could not be made`)
  return made
}

/** @returns undefined if there is none yet */
function readSecret(file: string): string | undefined {
  const text = read(file)
  if (text === undefined) return undefined
  const secret = text.trim()
  if (secret.length >= 32) return secret
  throw new StartError('unusable', `${file} holds no secret of 32 characters or more`)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw new StartError('unusable', `${file} cannot be read`, { cause: error })
  }
}

/** Appears whole or not at all, and never in the place of another one: two programs may come here at once. */
function makeSecret(file: string): void {
  const draft = `${file}.${randomBytes(8).toString('hex')}`
  try {
    writeFileSync(draft, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flush: true })
    linkSync(draft, file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return
    throw new StartError('unusable', `${file} cannot be written`, { cause: error })
  } finally {
    rmSync(draft, { force: true })
  }
}
