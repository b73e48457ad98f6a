/** The texts of `--help`. */

import { stripVTControlCharacters } from 'node:util'
import { defineCommand, renderUsage } from 'citty'
import type { Command } from './command.ts'

/** Of one command. */
export async function commandHelp(name: string, { description, args }: Command): Promise<string> {
  return plain(await renderUsage(defineCommand({ meta: { name: `suda ${name}`, description }, args })))
}

/** Of `suda` itself: what there is, and what starting takes, which is what it does without a command. */
export async function overview(commands: Readonly<Record<string, Command>>, start: Command): Promise<string> {
  const lines = Object.entries(commands).map(([name, { description }]) => `  ${name.padEnd(15)}${description}`)
  return `${await commandHelp('start', start)}\nCOMMANDS\n\n${lines.join('\n')}\n\nsuda COMMAND --help tells more about one.\n`
}

/** The same on a terminal, in a pipe and in a test. */
function plain(text: string): string {
  return `${stripVTControlCharacters(text).replaceAll(/ +$/gm, '')}\n`
}
