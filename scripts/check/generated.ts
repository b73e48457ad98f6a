/** Generated files are those that their generators would write now. A generator is `scripts/generate-*.ts`. */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runCommand } from './command.ts'
import { filesBelow } from './source-files.ts'
import type { Check } from './check.ts'

/**
 * What is generated, and by what. Run without arguments a generator writes its file; with `--check` it writes nothing
 * and ends with a code other than 0 if the file is stale.
 */
export const generators = [
  { writes: 'docs/configuration.md', script: 'scripts/generate-configuration.ts' },
  { writes: 'docs/errors.md', script: 'scripts/generate-errors.ts' },
  { writes: 'docs/openapi.json', script: 'scripts/generate-openapi.ts' },
]

export const checkGenerated: Check = async (root) => {
  const listed = generators.map(({ script }) => script)
  const complaints = filesBelow(root, 'scripts/generate-*.ts')
    .filter((script) => !listed.includes(script) && !script.endsWith('.test.ts'))
    .map((script) => `${script}: not in the list of scripts/check/generated.ts`)
  for (const { writes, script } of generators) complaints.push(...(await complaintsAbout(root, writes, script)))
  return complaints
}

async function complaintsAbout(root: string, writes: string, script: string): Promise<string[]> {
  for (const file of [script, writes]) {
    if (!existsSync(join(root, file))) return [`${file} is missing (${script} writes ${writes})`]
  }
  const { code, output } = await runCommand(['node', '--conditions=suda-source', script, '--check'], root)
  return code === 0 ? [] : [`${writes} is stale or its generator fails; run: npm run generate\n${output}`]
}
