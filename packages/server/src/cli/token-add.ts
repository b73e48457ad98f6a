/** `suda token add`: prints the token alone, the only time that it can be seen. */

import { uuidv7 } from 'uuidv7'
import * as z from 'zod'
import { newToken } from '../operator/new-token.ts'
import { isScope, SCOPES } from '../operator/operator-command.ts'
import type { Arguments } from './arguments.ts'
import type { Command } from './command.ts'
import { EXIT, UsageError } from './exit-code.ts'
import { operate } from './operate.ts'
import { readSettings, settingFlags } from './setting-flags.ts'

export const tokenAdd: Command = {
  description: 'Make an API token for a user and print it.',
  args: {
    name: { type: 'positional', description: 'The user' },
    label: { type: 'string', valueHint: 'TEXT', description: 'What the token is for' },
    scopes: { type: 'string', valueHint: 'SCOPE,…', description: `Of ${SCOPES.join(', ')} (default read,write)` },
    'expires-at': {
      type: 'string',
      valueHint: 'TIME',
      description: 'ISO 8601, such as 2030-01-31T12:00:00Z (default never)',
    },
    ...settingFlags(['data', 'databaseUrl']),
  },
  async run(given) {
    const settings = readSettings(given)
    const [user = ''] = given.positionals
    const label = given.text('label')
    if (label === undefined) throw new UsageError('--label is missing')
    const expiresAt = readExpiry(given)
    const { token, secretHash } = newToken()
    await operate(settings, {
      type: 'createToken',
      user,
      tokenId: uuidv7(),
      secretHash,
      label,
      scopes: readScopes(given),
      ...(expiresAt !== undefined && { expiresAt }),
    })
    process.stdout.write(`${token}\n`)
    return EXIT.done
  },
}

function readScopes(given: Arguments) {
  const words = given.has('scopes') ? given.texts('scopes') : ['read', 'write']
  const scopes = [...new Set(words)].filter(isScope)
  if (scopes.length === 0 || !words.every(isScope))
    throw new UsageError(`--scopes takes ${SCOPES.join(', ')}, with commas`)
  return scopes
}

/** @throws UsageError for anything but a time to come */
export function readExpiry(given: Arguments): string | undefined {
  const text = given.text('expires-at')
  if (text === undefined) return undefined
  const parsed = z.iso.datetime({ offset: true }).or(z.iso.date()).safeParse(text)
  const time = parsed.success ? Date.parse(parsed.data) : Number.NaN
  if (!(time > Date.now())) throw new UsageError('--expires-at takes a time to come, such as 2030-01-31T12:00:00Z')
  return new Date(time).toISOString()
}
