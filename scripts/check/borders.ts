/** Every import stays within the rule of its folder (`import-rules.ts`), and tests stay out of what ships. */

import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { ruleOf, testTools, type ImportRule } from './import-rules.ts'
import { importsOf } from './imports.ts'
import { isTestFile, sourceFiles } from './source-files.ts'
import type { Check } from './check.ts'

export const checkBorders: Check = (root) => sourceFiles(root).flatMap((file) => complaintsAbout(root, file))

function complaintsAbout(root: string, file: string): string[] {
  const rule = ruleOf(file)
  if (rule === undefined) return [`${file}: no rule in scripts/check/import-rules.ts covers this folder`]
  return importsOf(root, file).flatMap(({ specifier, line }) => {
    const problem = specifier.startsWith('.')
      ? relativeProblem(file, specifier, rule)
      : packageProblem(file, specifier, rule)
    return problem === undefined ? [] : [`${file}:${line}: ${problem}`]
  })
}

function relativeProblem(file: string, specifier: string, rule: ImportRule): string | undefined {
  const target = posix.join(posix.dirname(file), specifier)
  if (rule.reach?.some((beginning) => target.startsWith(beginning))) return undefined
  if (target.startsWith(testTools) && (isTestFile(file) || territory(file) === 'outside')) return undefined
  if (territory(target) !== territory(file)) return `${specifier} leaves the package; import the package by its name`
  if (isTestFile(file)) return undefined
  if (isTestFile(target)) return `${specifier} belongs to the tests`
  const isForbidden = rule.notReach?.some((beginning) => target.startsWith(beginning) && !file.startsWith(beginning))
  return isForbidden ? `${rule.in} must not import ${target}` : undefined
}

function packageProblem(file: string, specifier: string, rule: ImportRule): string | undefined {
  const isTest = isTestFile(file)
  if (isBuiltin(specifier))
    return rule.node || isTest ? undefined : `${rule.in} sees nothing of Node, not even ${specifier}`
  const ours = isTest ? [...rule.ours, ...(rule.testsToo ?? []), ownName(file)] : rule.ours
  if (specifier.startsWith('@suda/')) {
    return ours.some((name) => matches(specifier, name)) ? undefined : `${rule.in} must not import ${specifier}`
  }
  if (isTest || rule.theirs === 'any' || rule.theirs.includes(packageName(specifier))) return undefined
  return `${rule.in} must not import ${specifier}`
}

/** The folder that relative imports stay in. What drives a server from outside is one territory. */
function territory(path: string): string {
  const [first = '', second = ''] = path.split('/')
  if (first === 'packages') return `packages/${second}`
  return ['bench', 'faults', 'e2e'].includes(first) ? 'outside' : first
}

/** The package that a file belongs to, whose own entry points its tests may use. */
const ownName = (file: string) => `@suda/${file.split('/')[1] ?? ''}*`

const matches = (specifier: string, name: string) =>
  name.endsWith('*') ? specifier.startsWith(name.slice(0, -1)) : specifier === name

/** `@scope/name/entry` → `@scope/name`. */
export function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
