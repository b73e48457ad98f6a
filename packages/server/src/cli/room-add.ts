/** `suda room add`: rooms of which a script knows. */

import { uuidv7 } from 'uuidv7'
import type { Command } from './command.ts'
import { EXIT } from './exit-code.ts'
import { operate } from './operate.ts'
import { readSettings, settingFlags } from './setting-flags.ts'

export const roomAdd: Command = {
  description: 'Add a room.',
  args: {
    slug: { type: 'positional', description: 'Its name in addresses: lower-case letters, digits, Hangul and hyphens' },
    name: { type: 'string', valueHint: 'TEXT', description: 'How people see it (default the slug)' },
    private: { type: 'boolean', description: 'Only members may read it' },
    owner: { type: 'string', valueHint: 'NAME', description: 'A member who moderates it' },
    member: { type: 'string', valueHint: 'NAME …', description: 'The first members' },
    ...settingFlags(['data', 'databaseUrl']),
  },
  several: ['member'],
  async run(given) {
    const settings = readSettings(given)
    const [slug = ''] = given.positionals
    const owner = given.text('owner')
    await operate(settings, {
      type: 'createRoom',
      roomId: uuidv7(),
      slug,
      name: given.text('name') ?? slug,
      visibility: given.has('private') ? 'private' : 'public',
      members: [...given.texts('member')],
      ...(owner !== undefined && { owner }),
    })
    process.stdout.write(`Added the room ${slug}.\n`)
    return EXIT.done
  },
}
