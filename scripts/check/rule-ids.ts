/**
 * The rules of docs/ and the tests say the same: every id that a document defines (a line that begins `` - `DL4` ``)
 * begins the title of a test, and every id that begins a title is defined, once.
 */

import { parseSync, Visitor } from 'oxc-parser'
import { filesBelow, readText, sourceFiles } from './source-files.ts'
import type { Check } from './check.ts'

const definition = /^\s*- `([A-Z]{2,4}\d+[a-z]?)`/gm
const inTitle = /^((?:[A-Z]{2,4}\d+[a-z]?(?:, |\/| and )?)+): /
const id = /[A-Z]{2,4}\d+[a-z]?/g

export const checkRuleIds: Check = (root) => {
  const defined = definedIds(root)
  const tested = testedIds(root)
  if (defined.size === 0) return ['docs/: no document defines a rule']
  return [
    ...repeated(defined).map(([rule, files]) => `${rule} is defined more than once: ${files.join(', ')}`),
    ...[...defined]
      .filter(([rule]) => !tested.has(rule))
      .map(([rule, [file]]) => `${file}: no test begins with ${rule}`),
    ...[...tested]
      .filter(([rule]) => !defined.has(rule))
      .map(([rule, [file]]) => `${file}: no document defines ${rule}`),
  ]
}

const repeated = (ids: Map<string, string[]>) => [...ids].filter(([, files]) => files.length > 1)

function definedIds(root: string): Map<string, string[]> {
  const documents = filesBelow(root, 'docs/**/*.md')
  return collect(documents, (file) => [...readText(root, file).matchAll(definition)].map(([, rule = '']) => rule))
}

function testedIds(root: string): Map<string, string[]> {
  // Contract suites are exported, so their titles stand in files of other names.
  return collect(sourceFiles(root), (file) => titlesOf(file, readText(root, file)).flatMap(idsOf))
}

/** Titles may begin with several ids: `DL1, DL2: …`. */
export function idsOf(title: string): string[] {
  return inTitle.exec(title)?.[1]?.match(id) ?? []
}

function collect(files: string[], idsIn: (file: string) => string[]): Map<string, string[]> {
  const found = new Map<string, string[]>()
  for (const file of files) {
    for (const rule of idsIn(file)) found.set(rule, [...(found.get(rule) ?? []), file])
  }
  return found
}

/** First arguments of `test`, `it`, `describe` and their kin (`test.each(…)(…)`, `describe.skipIf(…)(…)`). */
function titlesOf(file: string, text: string): string[] {
  if (!/test[(.]|describe|rule\(/.test(text)) return []
  const titles: string[] = []
  new Visitor({
    CallExpression: ({ callee, arguments: [title] }) => {
      if (!/^(test|it|describe|rule)\b/.test(text.slice(callee.start, callee.end))) return
      if (title?.type === 'Literal' && typeof title.value === 'string') titles.push(title.value)
      if (title?.type === 'TemplateLiteral') titles.push(title.quasis[0]?.value.raw ?? '')
    },
  }).visit(parseSync(file, text).program)
  return titles
}
