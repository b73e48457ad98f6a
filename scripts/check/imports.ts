/** What a file imports, in every form that TypeScript has, by a real parser. */

import { parseSync, Visitor } from 'oxc-parser'
import { readText } from './source-files.ts'

export interface Import {
  readonly specifier: string
  readonly line: number
}

/** Static, dynamic, re-exported and type imports, `require`, and files named by `new URL('./x.ts', import.meta.url)`. */
export function importsOf(root: string, file: string): Import[] {
  const text = readText(root, file)
  const found: Import[] = []
  const add = (source: unknown) => {
    const literal = asLiteral(source)
    if (literal !== undefined) found.push({ specifier: literal.value, line: lineAt(text, literal.start) })
  }

  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ImportExpression: ({ source }) => add(source),
    TSImportType: ({ source }) => add(source),
    TSExternalModuleReference: ({ expression }) => add(expression),
    CallExpression: ({ callee, arguments: [first] }) => {
      if (callee.type === 'Identifier' && callee.name === 'require') add(first)
    },
    NewExpression: ({ callee, arguments: [first, second] }) => {
      const isUrl = callee.type === 'Identifier' && callee.name === 'URL' && second !== undefined
      if (isUrl && /^\.\.?\/.*\.tsx?$/.test(asLiteral(first)?.value ?? '')) add(first)
    },
  }).visit(parseSync(file, text).program)
  return found
}

/** Whether a file does nothing but pass on what others export. */
export function isBarrel(root: string, file: string): boolean {
  const { body } = parseSync(file, readText(root, file)).program
  return body.length > 0 && body.every((node) => isReExport(node) || node.type === 'ImportDeclaration')
}

function isReExport(node: { type: string; source?: unknown; declaration?: unknown }): boolean {
  if (node.type === 'ExportAllDeclaration') return true
  return node.type === 'ExportNamedDeclaration' && node.declaration === null
}

function asLiteral(node: unknown): { value: string; start: number } | undefined {
  if (typeof node !== 'object' || node === null || !('start' in node) || typeof node.start !== 'number')
    return undefined
  if ('value' in node && typeof node.value === 'string') return { value: node.value, start: node.start }
  // A template without a hole says the same as a string.
  if (!('quasis' in node) || !Array.isArray(node.quasis) || node.quasis.length !== 1) return undefined
  return { value: node.quasis[0].value.raw, start: node.start }
}

const lineAt = (text: string, offset: number) => text.slice(0, offset).split('\n').length
