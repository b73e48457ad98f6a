/** `suda invite add`: prints the link alone, the only time that its code can be seen. */

import { LIMITS, type InviteRole } from '@suda/protocol'
import { uuidv7 } from 'uuidv7'
import { newInvite } from '../operator/new-invite.ts'
import { INVITE_ROLES, isInviteRole } from '../operator/operator-command.ts'
import { isServerAlive, readServerFile } from '../server-file.ts'
import type { Settings } from '../settings.ts'
import type { Arguments } from './arguments.ts'
import type { Command } from './command.ts'
import { EXIT, UsageError } from './exit-code.ts'
import { operate } from './operate.ts'
import { readSettings, settingFlags } from './setting-flags.ts'
import { readExpiry } from './token-add.ts'

export const inviteAdd: Command = {
  description: 'Make an invite of a user and print its link.',
  args: {
    by: { type: 'string', valueHint: 'NAME', description: 'Whose invite it is: an admin, or a moderator of the room' },
    room: { type: 'string', valueHint: 'SLUG', description: 'A room that people join with it (default none)' },
    role: {
      type: 'string',
      valueHint: 'ROLE',
      description: `What new people become: ${INVITE_ROLES.join(' or ')} (default what the user may give)`,
    },
    uses: { type: 'string', valueHint: 'NUMBER', description: 'How many people may come by it (default any number)' },
    'expires-at': {
      type: 'string',
      valueHint: 'TIME',
      description: 'ISO 8601, such as 2030-01-31T12:00:00Z (default in a week)',
    },
    ...settingFlags(['data', 'databaseUrl', 'publicUrl']),
  },
  async run(given) {
    const settings = readSettings(given)
    const user = given.text('by')
    if (user === undefined) throw new UsageError('--by is missing')
    const [room, role, uses, expiresAt] = [given.text('room'), readRole(given), readUses(given), readExpiry(given)]
    const { code, codeHash } = newInvite()
    await operate(settings, {
      type: 'createInvite',
      user,
      inviteId: uuidv7(),
      codeHash,
      ...(room !== undefined && { room }),
      ...(role !== undefined && { role }),
      ...(uses !== undefined && { uses }),
      ...(expiresAt !== undefined && { expiresAt }),
    })
    process.stdout.write(`${linkTo(code, settings)}\n`)
    return EXIT.done
  },
}

function readRole(given: Arguments): InviteRole | undefined {
  const role = given.text('role')
  if (role === undefined || isInviteRole(role)) return role
  throw new UsageError(`--role must be one of ${INVITE_ROLES.join(', ')}`)
}

function readUses(given: Arguments): number | undefined {
  const text = given.text('uses')
  if (text === undefined) return undefined
  const uses = /^\d{1,9}$/.test(text) ? Number(text) : 0
  if (uses >= 1 && uses <= LIMITS.inviteUses) return uses
  throw new UsageError(`--uses takes a whole number from 1 to ${LIMITS.inviteUses}`)
}

/** Where nothing is known of an address, the code alone: it follows `/invite#` of wherever the site is. */
function linkTo(code: string, { data, databaseUrl, publicUrl }: Settings): string {
  // Of the servers of a MongoDB none is the one.
  const server = databaseUrl === undefined && isServerAlive(data) ? readServerFile(data) : undefined
  const site = publicUrl ?? server?.url
  return site === undefined ? code : `${site}/invite#${code}`
}
