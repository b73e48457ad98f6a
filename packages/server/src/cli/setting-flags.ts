/** The settings as flags of a command. */

import type { ArgsDef } from 'citty'
import { readConfig } from '../config.ts'
import type { SettingEntry } from '../setting-entry.ts'
import { settingEntries, type Settings } from '../settings.ts'
import type { Arguments } from './arguments.ts'

export type SettingName = keyof Settings

/** For `--help`; all of them, or those named. */
export function settingFlags(names: readonly SettingName[] = allSettings()): ArgsDef {
  const flags = names.flatMap((name) => {
    const entry = settingEntries.get(name)
    return entry?.flag === undefined ? [] : [[entry.flag, asFlag(entry)] as const]
  })
  return Object.fromEntries(flags)
}

/** @throws StartError `settings` */
export function readSettings(given: Arguments): Settings {
  const flags = [...settingEntries.values()].flatMap(({ flag }) => (flag === undefined ? [] : [flag]))
  return readConfig(Object.fromEntries(flags.map((flag) => [flag, given.text(flag)])))
}

function asFlag({ hint, doc, env, default: byDefault, takes }: SettingEntry): ArgsDef[string] {
  const description = `${doc.replaceAll('`', '')} Takes ${takes}. [${env.join(', ')}]`
  // No `default`: a value that citty fills in could not be told from one that was given.
  return {
    type: 'string',
    valueHint: hint,
    description: byDefault === undefined ? description : `${description} (default ${byDefault})`,
  }
}

function allSettings(): SettingName[] {
  return [...settingEntries.keys()].filter(isSettingName)
}

function isSettingName(name: string): name is SettingName {
  return settingEntries.has(name)
}
