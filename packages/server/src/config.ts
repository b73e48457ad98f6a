/**
 * Where settings come from: flags win over the environment, the environment over `suda.config.json`. The only file that
 * looks at the environment.
 */

import { readFileSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname, join } from 'node:path'
import type * as z from 'zod'
import { nearestName } from './nearest-name.ts'
import type { SettingEntry } from './setting-entry.ts'
import { SETTINGS, settingEntries, type Settings } from './settings.ts'
import { StartError } from './start-error.ts'

export const CONFIG_FILE = 'suda.config.json'

/** What was given for a setting, and by which name the person who gave it knows it. */
interface Given {
  readonly value: unknown
  readonly origin: string
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * @param flags by their names without hyphens
 * @param folder where `suda.config.json` is looked for
 * @throws StartError `settings`, naming what was given and what may be given
 */
export function readConfig(
  flags: Readonly<Record<string, string | undefined>>,
  env: Environment = process.env,
  folder: string = process.cwd(),
): Settings {
  refuseUnknownVariables(env)
  const file = readConfigFile(folder)
  const given = new Map<string, Given>()
  for (const [key, entry] of settingEntries) {
    const found =
      fromFlag(entry, flags) ?? fromEnvironment(entry, env) ?? fromFile(key, file) ?? fromDefault(key, entry)
    if (found !== undefined) given.set(key, found)
  }
  return parse(given)
}

/** Threads know of the compile cache by the environment alone. */
export function shareCompileCache(): void {
  const folder = getCompileCacheDir()
  if (folder !== undefined) process.env['NODE_COMPILE_CACHE'] ??= dirname(folder)
}

function fromFlag({ flag }: SettingEntry, flags: Readonly<Record<string, string | undefined>>): Given | undefined {
  const value = flag === undefined ? undefined : flags[flag]
  return value === undefined ? undefined : { value, origin: `--${flag}` }
}

/** An empty variable counts as none, as tools that pass variables on leave them empty. */
function fromEnvironment(entry: SettingEntry, env: Environment): Given | undefined {
  const name = entry.env.find((candidate) => (env[candidate] ?? '') !== '')
  return name === undefined ? undefined : { value: env[name], origin: name }
}

function fromFile(key: string, file: ReadonlyMap<string, unknown>): Given | undefined {
  return file.has(key) ? { value: file.get(key), origin: `“${key}” in ${CONFIG_FILE}` } : undefined
}

function fromDefault(key: string, entry: SettingEntry): Given | undefined {
  return entry.default === undefined ? undefined : { value: entry.default, origin: key }
}

function parse(given: ReadonlyMap<string, Given>): Settings {
  const values = Object.fromEntries([...given].map(([key, { value }]) => [key, value]))
  const parsed = SETTINGS.safeParse(values)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const key = String(issue?.path[0])
  const entry = settingEntries.get(key)
  const { value, origin } = given.get(key) ?? { value: undefined, origin: key }
  const shown = entry?.isSecret === true ? '' : `, not ${shorten(JSON.stringify(value))}`
  throw new StartError(
    'settings',
    `${origin} must be ${entry?.takes}${shown}${Array.isArray(value) ? placeOf(issue) : ''}`,
  )
}

/** Where in a list something is wrong, and what. */
function placeOf(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return ''
  const place = issue.path.slice(1).join('.')
  return ` (${place === '' ? '' : `${place}: `}${issue.message})`
}

function refuseUnknownVariables(env: Environment): void {
  const known = [...settingEntries.values()].flatMap((entry) => entry.env)
  for (const name of Object.keys(env)) {
    if (name.startsWith('SUDA_') && !known.includes(name)) throw unknown('environment variable', name, known)
  }
}

function readConfigFile(folder: string): ReadonlyMap<string, unknown> {
  const content = parseConfigFile(folder)
  const file = new Map(Object.entries(content))
  const known = [...settingEntries.keys()]
  for (const key of file.keys()) if (!known.includes(key)) throw unknown(`setting in ${CONFIG_FILE}`, key, known)
  return file
}

function parseConfigFile(folder: string): object {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, CONFIG_FILE), 'utf8'))
    if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    if (!(error instanceof SyntaxError))
      throw new StartError('settings', `${CONFIG_FILE} cannot be read`, { cause: error })
  }
  throw new StartError('settings', `${CONFIG_FILE} must be a JSON object`)
}

function unknown(what: string, name: string, known: readonly string[]): StartError {
  const nearest = nearestName(name, known)
  const advice = nearest === undefined ? `there are ${known.join(', ')}` : `did you mean ${nearest}?`
  return new StartError('settings', `there is no ${what} ${shorten(JSON.stringify(name).slice(1, -1))}; ${advice}`)
}

function shorten(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}
