/** `suda user password`: the way back in. All sessions of the user end. */

import { Passwords } from '../auth/passwords/passwords.ts'
import type { Command } from './command.ts'
import { EXIT } from './exit-code.ts'
import { operate } from './operate.ts'
import { readPassword } from './read-password.ts'
import { readSettings, settingFlags } from './setting-flags.ts'

export const userPassword: Command = {
  description: 'Give a user another password; all sessions of the user end.',
  args: {
    name: { type: 'positional', description: 'The user' },
    'password-stdin': { type: 'boolean', description: 'Read the password from standard input' },
    ...settingFlags(['data', 'databaseUrl']),
  },
  async run(given) {
    const settings = readSettings(given)
    const [user = ''] = given.positionals
    const passwordHash = await new Passwords().hash(await readPassword(given), { unlike: [user] })
    await operate(settings, { type: 'setPassword', user, passwordHash })
    process.stdout.write(`Changed the password of ${user}; all sessions have ended.\n`)
    return EXIT.done
  },
}
