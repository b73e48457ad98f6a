/** From the words of a command line to the command, and from what it does to the exit code. */

import { nearestName } from '../nearest-name.ts'
import { readArguments } from './arguments.ts'
import type { Command } from './command.ts'
import { commands } from './commands.ts'
import { EXIT, explain, UsageError, type ExitCode } from './exit-code.ts'
import { commandHelp, overview } from './help.ts'
import { VERSION } from '../version.ts'
import { start } from './start.ts'

/** Prints what there is to say, and answers how the process ends. */
export async function run(words: readonly string[]): Promise<ExitCode> {
  try {
    return await dispatch(words)
  } catch (error) {
    const { code, line } = explain(error)
    process.stderr.write(`${line}\n`)
    return code
  }
}

async function dispatch(words: readonly string[]): Promise<ExitCode> {
  if (words[0] === '--help' || words[0] === '-h' || words[0] === 'help') return print(await overview(commands, start))
  if (words[0] === '--version') return print(`${VERSION}\n`)
  const { name, command, rest } = find(words)
  const given = readArguments(rest, command.args, command.several)
  return given.has('help') ? print(await commandHelp(name, command)) : command.run(given)
}

/** The command that the first words name; without any it is `start`. */
function find(words: readonly string[]): { name: string; command: Command; rest: readonly string[] } {
  if (words[0] === undefined || words[0].startsWith('-')) return { name: 'start', command: start, rest: words }
  for (const [name, command] of Object.entries(commands)) {
    const path = name.split(' ')
    if (path.every((word, index) => words[index] === word)) return { name, command, rest: words.slice(path.length) }
  }
  throw unknown(words.slice(0, 2).join(' '))
}

function unknown(given: string): UsageError {
  const names = Object.keys(commands)
  const nearest = nearestName(given, names)
  return new UsageError(
    `there is no command “${given}”; ${nearest === undefined ? `there are ${names.join(', ')}` : `did you mean “${nearest}”?`}`,
  )
}

function print(text: string): ExitCode {
  process.stdout.write(text)
  return EXIT.done
}
