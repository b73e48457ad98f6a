/** Bodies of requests. What depends on more than the request, such as a taken name, is for core to say. */

import { LIMITS } from '@suda/protocol'
import * as z from 'zod'
import { id, inviteRole, revision, roomRole, scope, signUp, siteRole, time, visibility } from './scalars.ts'

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

const username = described('user name', LIMITS.usernameLength)
const password = described('password', LIMITS.passwordLength)
const displayName = described('display name', LIMITS.displayNameLength)
const email = described('e-mail address', LIMITS.emailLength)

export const setUpBody = z.strictObject({
  code: z.string().meta({ description: 'Of the line that the server prints while it has no owner.' }),
  siteName: described('name of the site', LIMITS.siteNameLength),
  username,
  password,
  displayName: displayName.exactOptional(),
})

export const signUpBody = z.strictObject({
  username,
  password,
  displayName: displayName.exactOptional(),
  email: email.exactOptional(),
  invite: z.string().meta({ description: 'The code of an invite.' }).exactOptional(),
})

export const signInBody = z
  .strictObject({ username: z.string().exactOptional(), email: z.string().exactOptional(), password: z.string() })
  .refine(
    (body) => (body.username === undefined) !== (body.email === undefined),
    'Either `username` or `email` is needed.',
  )

export const signOutBody = z.strictObject({ everywhere: z.boolean().exactOptional() }).default({})

export const changePasswordBody = z.strictObject({ currentPassword: z.string(), newPassword: password })

export const createTokenBody = z.strictObject({
  label: described('label', LIMITS.labelLength),
  scopes: z.array(scope).min(1).max(scope.options.length).readonly().exactOptional(),
  expiresAt: time.exactOptional(),
})

export const createInviteBody = z
  .strictObject({
    roomId: id.exactOptional(),
    role: inviteRole.exactOptional(),
    uses: z.int().min(1).max(LIMITS.inviteUses).exactOptional(),
    expiresAt: time.exactOptional(),
  })
  .default({})

export const changeUserBody = z.strictObject({
  siteRole: siteRole.exactOptional(),
  suspended: z.boolean().exactOptional(),
})

export const deleteUserBody = z.strictObject({ password: z.string().exactOptional() }).default({})

/** Without a body somebody is only made a member. */
export const putMemberBody = z.strictObject({ role: roomRole.exactOptional() }).default({})

export const moveReadBody = z.strictObject({ seq: z.int().min(0), force: z.boolean().exactOptional() })

export const watchBody = z.strictObject({ rooms: z.array(id).max(LIMITS.watchedRooms) })

function described(what: string, { min, max }: { readonly min: number; readonly max: number }) {
  return z.string().meta({ description: `The ${what}: ${min} to ${max} UTF-16 code units.` })
}
