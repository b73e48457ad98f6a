/** Which files the checks read, as paths relative to the root with forward slashes. */

import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const roots = '{packages/*,bench,faults,e2e,examples,scripts,testing}'
const skipped = /(^|\/)(node_modules|dist|coverage)(\/|$)/

/** Every TypeScript file of ours, sorted. */
export function sourceFiles(root: string): string[] {
  return filesBelow(root, `${roots}/**/*.{ts,tsx}`).filter((file) => !file.endsWith('.d.ts'))
}

/** Files that match `pattern`, without what is installed or built. */
export function filesBelow(root: string, pattern: string): string[] {
  const found = globSync(pattern, { cwd: root, exclude: (entry) => skipped.test(entry.replaceAll('\\', '/')) })
  return found.map((file) => file.replaceAll('\\', '/')).toSorted()
}

/** Tests and what only tests load: builders beside them and the contract suites. */
export function isTestFile(file: string): boolean {
  return /\.test\.tsx?$|(^|\/)testing\/|\/src\/storage\/contract\//.test(file)
}

export const readText = (root: string, file: string) => readFileSync(join(root, file), 'utf8')
