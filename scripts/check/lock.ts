/** The lock file is whole: it can install on any platform, and names no address to download from. */

import { readText } from './source-files.ts'
import type { Check } from './check.ts'

interface Entry {
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

export const checkLock: Check = (root) => {
  const packages: Record<string, Entry> = JSON.parse(readText(root, 'package-lock.json')).packages
  return Object.entries(packages).flatMap(([path, entry]) => [
    ...Object.keys(entry.optionalDependencies ?? {})
      .filter((name) => !isLocked(packages, path, name))
      .map((name) => `package-lock.json: ${name}, wanted by ${path || 'the root'} on other platforms, has no entry`),
    ...(/^https?:/.test(entry.resolved ?? '') ? [`package-lock.json: ${path} names where it was downloaded`] : []),
  ])
}

/** npm puts a package below the one that wants it or below any folder above that. */
function isLocked(packages: Record<string, Entry>, path: string, name: string): boolean {
  if (`${path === '' ? '' : `${path}/`}node_modules/${name}` in packages) return true
  return path !== '' && isLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf('/'))), name)
}
