/**
 * ARCHITECTURE.md stays short and true: 120 lines at most, and the table whose header begins `| package | imports`
 * names for every package exactly the packages of ours that it imports, `nothing` where there are none.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { importedPackages } from './dependencies.ts'
import { readText } from './source-files.ts'
import { workspaces } from './workspaces.ts'
import type { Check } from './check.ts'

const document = 'ARCHITECTURE.md'
const maxLines = 120

export const checkArchitecture: Check = (root) => {
  if (!existsSync(join(root, document))) return [`${document} is missing`]
  const lines = readText(root, document).trimEnd().split('\n')
  const isTooLong = lines.length > maxLines
  return [
    ...(isTooLong ? [`${document}: ${lines.length} lines, ${maxLines} at most`] : []),
    ...compare(writtenTable(lines), realTable(root)),
  ]
}

function compare(written: Map<string, string>, real: Map<string, string>): string[] {
  if (written.size === 0) return [`${document}: no table begins "| package | imports"`]
  const names = [...new Set([...real.keys(), ...written.keys()])]
  return names.flatMap((name) => {
    if (!written.has(name)) return [`${document}: the table lacks ${name}, which imports ${real.get(name)}`]
    if (!real.has(name)) return [`${document}: the table names ${name}, which does not exist`]
    if (written.get(name) === real.get(name)) return []
    return [`${document}: ${name} imports ${real.get(name)}, but the table says ${written.get(name)}`]
  })
}

/** Package → its imports, sorted and joined, as the sources have them. */
function realTable(root: string): Map<string, string> {
  return new Map(workspaces(root).map((folder) => [short(folder), listed([...importedPackages(root, folder)])]))
}

function writtenTable(lines: string[]): Map<string, string> {
  const start = lines.findIndex((line) => /^\|\s*package\s*\|\s*imports/i.test(line))
  const table = new Map<string, string>()
  if (start === -1) return table
  for (const line of lines.slice(start + 2)) {
    if (!line.startsWith('|')) break
    const [, name = '', imports = ''] = line.split('|').map((cell) => cell.replaceAll('`', '').trim())
    table.set(short(name), listed(imports.split(/[\s,·]+/).map((word) => `@suda/${short(word)}`)))
  }
  return table
}

/** Only our own packages stand in the table; `nothing` stands for none. */
function listed(names: string[]): string {
  const own = names.filter((name) => name.startsWith('@suda/')).map(short)
  return (
    own
      .filter((name) => name !== 'nothing' && name !== '')
      .toSorted()
      .join(', ') || 'nothing'
  )
}

const short = (name: string) => name.replace(/^(packages\/|@suda\/)/, '')
