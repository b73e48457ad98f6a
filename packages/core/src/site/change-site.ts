/** Changing the site's settings. */

import { ChatError, LIMITS, type Site } from '@suda/protocol'
import type { ChangeSite } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { asName } from '../rooms/names.ts'
import type { SiteChangedDraft } from '../storage/drafts.ts'
import type { Precondition } from '../storage/preconditions.ts'
import type { Reads } from '../storage/storage.ts'
import type { Actor } from '../actor.ts'

type Settings = SiteChangedDraft['site']

/**
 * @throws ChatError `forbidden` for others than owners and admins; `validation_failed`
 * @throws ChatError `stale` with the current site if `revision` is given and not the current one
 */
export const changeSite: Handler<ChangeSite> = async (command, actor, { reads }) => {
  const { site } = await reads.site()
  if (command.revision !== undefined && command.revision !== site.revision) {
    throw new ChatError('stale', undefined, { current: site })
  }
  const settings = differing(command, site)
  if (Object.keys(settings).length === 0) return NOTHING
  await assertPublic(settings.defaultRooms ?? [], reads)

  return {
    drafts: [{ type: 'site.changed', audience: ['site'], site: settings }],
    preconditions: [...admin(actor), { kind: 'revision', entity: 'site', id: site.id, revision: site.revision }],
  }
}

function differing({ name, signUp, defaultRooms }: ChangeSite, site: Site): Settings {
  const newName = name === undefined ? site.name : asName(name, LIMITS.siteNameLength)
  const newRooms = defaultRooms === undefined ? site.defaultRooms : [...new Set(defaultRooms)]
  return {
    ...(newName !== site.name && { name: newName }),
    ...(signUp !== undefined && signUp !== site.signUp && { signUp }),
    ...(newRooms.join() !== site.defaultRooms.join() && { defaultRooms: newRooms }),
  }
}

/** New people could not be let into others, and a private one must not be known to exist. */
async function assertPublic(roomIds: readonly string[], reads: Reads): Promise<void> {
  const rooms = await Promise.all(roomIds.map((id) => reads.room(id, '')))
  if (rooms.every((record) => record?.room.visibility === 'public')) return
  throw new ChatError('validation_failed', 'Each of `defaultRooms` is the id of a public room.')
}

function admin(actor: Actor): Precondition[] {
  return actor.kind !== 'user' ? [] : [{ kind: 'siteRole', userId: actor.userId, atLeast: 'admin' }]
}
