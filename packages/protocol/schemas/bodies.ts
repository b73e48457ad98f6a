/** Bodies of requests. What depends on more than the request, such as a taken name, is for core to say. */

import { LIMITS } from '@suda/protocol'
import * as z from 'zod'
import { id, revision, roomRole, signUp, visibility } from './scalars.ts'

/** For calls that need none; an empty object is as good. */
export const noBody = z.strictObject({}).optional()

// How long a text, a name or a topic may be is core's to decide, with codes of their own; here it is only told.
const text = described('text', LIMITS.textLength)
const slug = described('slug', LIMITS.slugLength)
const roomName = described('name', LIMITS.roomNameLength)
const topic = described('topic', LIMITS.topicLength)

export const postMessageBody = z.strictObject({
  id: id.exactOptional(),
  text,
  replyTo: id.exactOptional(),
  threadId: id.exactOptional(),
})

export const editMessageBody = z.strictObject({ text, revision: revision.exactOptional() })

export const createRoomBody = z.strictObject({ slug, name: roomName, visibility, topic: topic.exactOptional() })

export const changeRoomBody = z.strictObject({
  slug: slug.exactOptional(),
  name: roomName.exactOptional(),
  topic: topic.exactOptional(),
  visibility: visibility.exactOptional(),
  archived: z.boolean().exactOptional(),
  revision: revision.exactOptional(),
})

export const changeMeBody = z.strictObject({
  displayName: described('display name', LIMITS.displayNameLength).exactOptional(),
  locale: z.string().max(35).meta({ description: 'A BCP 47 tag; empty takes it away.' }).exactOptional(),
  timeZone: z
    .string()
    .max(64)
    .meta({ description: 'A name of the IANA database; empty takes it away.' })
    .exactOptional(),
  revision: revision.exactOptional(),
})

export const changeSiteBody = z.strictObject({
  name: described('name', LIMITS.siteNameLength).exactOptional(),
  signUp: signUp.exactOptional(),
  defaultRooms: z.array(id).max(LIMITS.defaultRooms).readonly().exactOptional(),
  revision: revision.exactOptional(),
})

/** Without a body somebody is only made a member. */
export const putMemberBody = z.strictObject({ role: roomRole.exactOptional() }).default({})

export const moveReadBody = z.strictObject({ seq: z.int().min(0), force: z.boolean().exactOptional() })

export const watchBody = z.strictObject({ rooms: z.array(id).max(LIMITS.watchedRooms) })

function described(what: string, { min, max }: { readonly min: number; readonly max: number }) {
  return z.string().meta({ description: `The ${what}: ${min} to ${max} UTF-16 code units.` })
}
