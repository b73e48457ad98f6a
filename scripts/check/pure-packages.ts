/** protocol and core compile without Node and DOM, so that a use of either is a compile error. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readText } from './source-files.ts'
import type { Check } from './check.ts'

const purePackages = ['packages/protocol', 'packages/core']

export const checkPurePackages: Check = (root) =>
  purePackages.filter((folder) => existsSync(join(root, folder))).flatMap((folder) => complaintsAbout(root, folder))

function complaintsAbout(root: string, folder: string): string[] {
  const options = { ...optionsOf(root, 'tsconfig.base.json'), ...optionsOf(root, `${folder}/tsconfig.json`) }
  return [
    ...(isEqual(options['types'], []) ? [] : [`${folder}/tsconfig.json: "types" must be [], or Node is visible`]),
    ...(isOnlyLanguage(options['lib'])
      ? []
      : [`${folder}/tsconfig.json: "lib" must name ES versions only, or the DOM is visible`]),
  ]
}

function optionsOf(root: string, file: string): Record<string, unknown> {
  return JSON.parse(readText(root, file)).compilerOptions ?? {}
}

const isOnlyLanguage = (lib: unknown) => Array.isArray(lib) && lib.every((name) => /^ES\d{4}$/.test(String(name)))

const isEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
