/** `suda user add`: the first person of a site, and people of whom a script knows. */

import { uuidv7 } from 'uuidv7'
import { Passwords } from '../auth/passwords/passwords.ts'
import { isSiteRole, SITE_ROLES } from '../operator/operator-command.ts'
import type { Command } from './command.ts'
import { EXIT, UsageError } from './exit-code.ts'
import { operate } from './operate.ts'
import { readPassword } from './read-password.ts'
import { readSettings, settingFlags } from './setting-flags.ts'

export const userAdd: Command = {
  description: 'Add a user.',
  args: {
    name: { type: 'positional', description: '2 to 32 of a-z, 0-9, dot, underscore and hyphen' },
    'password-stdin': { type: 'boolean', description: 'Read the password from standard input' },
    role: {
      type: 'string',
      valueHint: SITE_ROLES.join('|'),
      description: 'What the user may on the site (default member)',
    },
    ...settingFlags(['data', 'databaseUrl']),
  },
  async run(given) {
    const settings = readSettings(given)
    const [username = ''] = given.positionals
    const siteRole = given.text('role') ?? 'member'
    if (!isSiteRole(siteRole)) throw new UsageError(`--role must be one of ${SITE_ROLES.join(', ')}`)
    const passwordHash = await new Passwords().hash(await readPassword(given), { unlike: [username] })
    await operate(settings, {
      type: 'createUser',
      userId: uuidv7(),
      kind: 'human',
      username,
      displayName: username,
      siteRole,
      passwordHash,
    })
    process.stdout.write(`Added the user ${username} (${siteRole}).\n`)
    return EXIT.done
  },
}
