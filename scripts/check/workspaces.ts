/** The packages of the repository and their package.json. */

import { join } from 'node:path'
import { filesBelow, readText } from './source-files.ts'

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly exports?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** Folders of the packages, `packages/protocol` and so on. */
export function workspaces(root: string): string[] {
  return filesBelow(root, 'packages/*/package.json').map((file) => file.replace('/package.json', ''))
}

export function readManifest(root: string, folder: string): Manifest {
  return JSON.parse(readText(root, join(folder, 'package.json')))
}
