/** Changing a room's settings, and telling the room what was changed. */

import { ChatError, LIMITS, type Room, type SystemNote } from '@suda/protocol'
import { admitRoom } from '../access.ts'
import type { ChangeRoom } from '../commands.ts'
import { NOTHING, type Handler } from '../handler.ts'
import { systemMessage } from '../messages/system-message.ts'
import type { RoomChangedDraft } from '../storage/drafts.ts'
import type { Precondition } from '../storage/preconditions.ts'
import { roomAudience } from './audience.ts'
import { asName, asSlug, asTopic } from './names.ts'

type Settings = RoomChangedDraft['room']

/**
 * @throws ChatError `not_found`; `forbidden` for others than moderators; `taken`, `validation_failed`
 * @throws ChatError `stale` with the current room if `revision` is given and not the current one
 */
export const changeRoom: Handler<ChangeRoom> = async (command, actor, context) => {
  const { room, preconditions } = await admitRoom('changeRoom', command.room, actor, context.reads)
  if (command.revision !== undefined && command.revision !== room.revision) {
    throw new ChatError('stale', undefined, { current: room })
  }
  const settings = differing(command, room)
  if (Object.keys(settings).length === 0) return NOTHING

  return {
    drafts: [
      ...settingsDrafts(room, settings),
      ...notes(settings).flatMap((note) => systemMessage(room.id, actor, note, context)),
    ],
    preconditions: [
      ...preconditions,
      // Whom a change reaches was decided by the visibility that we saw.
      { kind: 'revision', entity: 'room', id: room.id, revision: room.revision },
      ...uniqueSlug(settings),
    ],
  }
}

function differing(command: ChangeRoom, room: Room): Settings {
  const slug = command.slug === undefined ? room.slug : asSlug(command.slug)
  const name = command.name === undefined ? room.name : asName(command.name, LIMITS.roomNameLength)
  const topic = command.topic === undefined ? (room.topic ?? '') : asTopic(command.topic)
  const visibility = command.visibility ?? room.visibility
  const archived = command.archived ?? room.archived
  return {
    ...(slug !== room.slug && { slug }),
    ...(name !== room.name && { name }),
    ...(topic !== (room.topic ?? '') && { topic: topic === '' ? null : topic }),
    ...(visibility !== room.visibility && { visibility }),
    ...(archived !== room.archived && { archived }),
  }
}

/**
 * A turn to private is told to those who could read the room until then, so it stands alone: what is changed with it
 * is for the members only.
 */
function settingsDrafts(room: Room, settings: Settings): RoomChangedDraft[] {
  const { visibility, ...rest } = settings
  const draft = (audience: RoomChangedDraft['audience'], changed: Settings): RoomChangedDraft[] =>
    Object.keys(changed).length === 0 ? [] : [{ type: 'room.changed', audience, roomId: room.id, room: changed }]
  if (visibility !== 'private') return draft(roomAudience(room.id, visibility ?? room.visibility), settings)
  return [...draft(roomAudience(room.id, 'public'), { visibility }), ...draft(roomAudience(room.id, 'private'), rest)]
}

function notes({ name, topic, visibility, archived }: Settings): SystemNote[] {
  const all: (SystemNote | false)[] = [
    name !== undefined && { type: 'renamed', value: name },
    topic !== undefined && { type: 'topic', value: topic ?? '' },
    visibility !== undefined && { type: 'visibility', value: visibility },
    archived !== undefined && { type: archived ? 'archived' : 'unarchived' },
  ]
  return all.filter((note) => note !== false)
}

function uniqueSlug({ slug }: Settings): Precondition[] {
  return slug === undefined ? [] : [{ kind: 'unique', field: 'slug', value: slug }]
}
