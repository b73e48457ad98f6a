/** The lines of README.md that a reader is told to run. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../faults/kit/suda-command.ts'

/** @returns the commands of the `sh` blocks below the heading, each with its continuation lines */
export function commandsUnder(heading: string): string[] {
  const text = readFileSync(join(root, 'README.md'), 'utf8')
  const section = new RegExp(`^## ${heading}\n(.*?)(?=^## |$(?![^]))`, 'ms').exec(text)?.[1] ?? ''
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
  return blocks.flatMap((block) => block.trim().split(/(?<!\\)\n/))
}
