/** A strict reading of a command's arguments: what the command does not know is an error, never ignored. */

import { parseArgs, type ParseArgsConfig } from 'node:util'
import type { ArgsDef } from 'citty'
import { nearestName } from '../nearest-name.ts'
import { UsageError } from './exit-code.ts'

export interface Arguments {
  /** Those without a name, in order. */
  readonly positionals: readonly string[]
  /** The value of a flag; undefined if it was not given. */
  text(flag: string): string | undefined
  /** The values of a flag that may be given several times, or with several values behind it. */
  texts(flag: string): readonly string[]
  has(flag: string): boolean
}

/**
 * @param several flags that take several values: `--member a --member b`, `--member a b` or `--member a,b`
 * @throws UsageError for unknown or repeated flags, and for a wrong number of positional arguments
 */
export function readArguments(rawArgs: readonly string[], known: ArgsDef, several: readonly string[] = []): Arguments {
  const { tokens } = parse(rawArgs, known)
  const names = positionalNames(known)
  const positionals: string[] = []
  const values = new Map<string, string[]>()
  let open: string[] | undefined
  for (const token of tokens) {
    if (token.kind === 'positional') {
      if (positionals.length < names.length) positionals.push(token.value)
      else if (open !== undefined) open.push(token.value)
      else throw new UsageError(`there is no place for “${token.value}” here`)
    }
    if (token.kind !== 'option') continue
    const before = values.get(token.name)
    if (before !== undefined && !several.includes(token.name)) throw new UsageError(`--${token.name} is given twice`)
    const all = [...(before ?? []), token.value ?? '']
    values.set(token.name, all)
    open = several.includes(token.name) ? all : undefined
  }
  const missing = names[positionals.length]
  if (missing !== undefined && !values.has('help')) throw new UsageError(`${missing} is missing`)
  return {
    positionals,
    text: (flag) => values.get(flag)?.[0],
    texts: (flag) =>
      values
        .get(flag)
        ?.flatMap((value) => value.split(','))
        .filter((value) => value !== '') ?? [],
    has: (flag) => values.has(flag),
  }
}

function parse(rawArgs: readonly string[], known: ArgsDef) {
  const options: ParseArgsConfig['options'] = { help: { type: 'boolean', short: 'h' } }
  for (const [name, { type }] of Object.entries(known)) {
    if (type !== 'positional') options[name] = { type: type === 'boolean' ? 'boolean' : 'string', multiple: true }
  }
  try {
    return parseArgs({ args: [...rawArgs], options, allowPositionals: true, tokens: true })
  } catch (error) {
    throw new UsageError(complaint(error, rawArgs, Object.keys(options)), { cause: error })
  }
}

/** Node's own texts are long and speak of its API. */
function complaint(error: unknown, rawArgs: readonly string[], flags: readonly string[]): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION')
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : ''
  const unknown = rawArgs.map(flagName).find((name) => name !== undefined && !flags.includes(name)) ?? ''
  const nearest = nearestName(unknown, flags)
  return `there is no flag --${unknown}${nearest === undefined ? '' : `; did you mean --${nearest}?`}`
}

function flagName(argument: string): string | undefined {
  return /^--?([^=]+)/.exec(argument)?.[1]
}

function positionalNames(known: ArgsDef): string[] {
  return Object.entries(known).flatMap(([name, { type }]) => (type === 'positional' ? [name.toUpperCase()] : []))
}
