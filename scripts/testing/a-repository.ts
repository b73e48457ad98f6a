/** A repository in a temporary folder, holding just what a test plants. */

import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** The repository that these tests belong to. */
export const ourRoot = fileURLToPath(new URL('../../', import.meta.url))

/** @param files text by path; @returns the root, gone when the test is over. Installed packages are ours. */
export function aRepository(files: Record<string, string>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'suda-check-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  symlinkSync(join(ourRoot, 'node_modules'), join(root, 'node_modules'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}
