/** The dependencies of each package.json are exactly what the sources that ship import, at exact versions. */

import { isBuiltin } from 'node:module'
import { packageName } from './borders.ts'
import { importsOf } from './imports.ts'
import { filesBelow, isTestFile, sourceFiles } from './source-files.ts'
import { readManifest, workspaces } from './workspaces.ts'
import type { Check } from './check.ts'

export const checkDependencies: Check = (root) => [
  ...workspaces(root).flatMap((folder) => checkPackage(root, folder)),
  ...filesBelow(root, '{package.json,packages/*/package.json}').flatMap((file) => checkVersions(root, file)),
]

function checkPackage(root: string, folder: string): string[] {
  const manifest = readManifest(root, folder)
  const listed = new Set(Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies }))
  const imported = importedPackages(root, folder)
  // Loaded by name in another thread, where no import shows it.
  if (imported.has('pino') && listed.has('pino-pretty')) imported.add('pino-pretty')
  return [
    ...[...imported.difference(listed)].map((name) => `${folder}/package.json: ${name} is imported but not listed`),
    ...[...listed.difference(imported)].map((name) => `${folder}/package.json: ${name} is listed but never imported`),
  ]
}

/** Names of the other packages that the shipped files of a workspace import. */
export function importedPackages(root: string, folder: string): Set<string> {
  const files = sourceFiles(root).filter((file) => file.startsWith(`${folder}/`) && !isTestFile(file))
  const specifiers = files.flatMap((file) => importsOf(root, file)).map(({ specifier }) => specifier)
  const names = new Set(specifiers.filter((name) => !name.startsWith('.') && !isBuiltin(name)).map(packageName))
  names.delete(readManifest(root, folder).name)
  return names
}

function checkVersions(root: string, file: string): string[] {
  const { dependencies, devDependencies } = readManifest(root, file.replace(/\/?package\.json$/, ''))
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d/.test(version))
  return loose.map(([name, version]) => `${file}: ${name} "${version}" is not an exact version`)
}
