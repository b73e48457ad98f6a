/** Names and shapes that hide where things are: folders for leftovers, and barrel files. */

import { isBarrel } from './imports.ts'
import { isTestFile, sourceFiles } from './source-files.ts'
import { readManifest, workspaces } from './workspaces.ts'
import type { Check } from './check.ts'

const leftovers = ['utils', 'common', 'shared', 'helpers', 'types', 'services']

export const checkFolders: Check = (root) => {
  const files = sourceFiles(root)
  const entryPoints = new Set(workspaces(root).flatMap((folder) => entriesOf(root, folder)))
  const barrels = files.filter((file) => !entryPoints.has(file) && !isTestFile(file) && isBarrel(root, file))
  return [
    ...leftoverFolders(files).map((folder) => `${folder}: name the folder by its subject`),
    ...barrels.map((file) => `${file}: only a package's entry point passes on the exports of others`),
  ]
}

function leftoverFolders(files: string[]): string[] {
  const folders = files.flatMap((file) => {
    const parts = file.split('/').slice(0, -1)
    return parts.flatMap((part, index) => (leftovers.includes(part) ? [parts.slice(0, index + 1).join('/')] : []))
  })
  return [...new Set(folders)]
}

/** The sources that a package's `exports` name. */
function entriesOf(root: string, folder: string): string[] {
  const targets = Object.values(readManifest(root, folder).exports ?? {}).map((entry) => entry['suda-source'])
  return targets.flatMap((target) => (target === undefined ? [] : [`${folder}/${target.replace('./', '')}`]))
}
