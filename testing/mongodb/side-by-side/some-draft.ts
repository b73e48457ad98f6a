/** Drafts of every type, about what there is and what there is not. */

import type { Draft, DraftOf, MessagePostedDraft } from '@suda/core/storage'
import {
  aFounder,
  anyMessage,
  anyRoom,
  anyUser,
  FAR_TIMES,
  justNow,
  NAMES,
  NUMBERS,
  TEXTS,
  TIMES,
  type World,
} from './world.ts'

type Scope = DraftOf<'token.created'>['token']['scopes'][number]

type Make = (world: World) => Draft

/** How often each is made. */
const KINDS: readonly (readonly [number, Make])[] = [
  [30, (world) => someMessage(world)],
  [9, edit],
  [6, deletion],
  [9, readMove],
  [9, join],
  [4, memberChange],
  [4, leave],
  [4, aRoom],
  [6, roomChange],
  [1, roomDeletion],
  [4, aUser],
  [4, userChange],
  [4, profileChange],
  [1, passwordChange],
  [2, siteChange],
  [4, sessionStart],
  [2, sessionEnd],
  [2, token],
  [1, tokenDeletion],
  [2, sessionRenewal],
  [3, invite],
  [3, inviteUse],
  [1, inviteDeletion],
  [1, userDeletion],
]

export function someDraft(world: World): Draft {
  let left = world.random.below(KINDS.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, make] of KINDS) if ((left -= weight) < 0) return make(world)
  return someMessage(world)
}

/** People and rooms to speak of, with nothing to refuse. */
export function foundation({ random, founders, users, rooms }: World): Draft[] {
  const made = ['owner', 'admin', 'member', 'guest'] as const
  for (const _ of made) founders.push(random.newId())
  users.push(...founders)
  for (let n = 0; n < 3; n++) rooms.push(random.newId())
  return [
    ...founders.map((userId, index): Draft => {
      const [username, siteRole] = [`founder${index}`, made[index] ?? 'member']
      return {
        type: 'user.created',
        audience: ['server'],
        userId,
        user: { kind: 'human', username, displayName: username, siteRole },
      }
    }),
    ...rooms.flatMap((roomId, index): Draft[] => {
      const [slug, audience] = [`room${index}`, [`room:${roomId}`]] as const
      const visibility = index === 0 ? 'public' : 'private'
      return [
        { type: 'room.created', audience, roomId, room: { slug, name: slug, kind: 'room', visibility } },
        ...founders
          .slice(index)
          .map((userId): Draft => ({ type: 'member.joined', audience, roomId, userId, member: { role: 'member' } })),
      ]
    }),
  ]
}

function aUser({ random, users }: World): Draft {
  const userId = isAgain(random.chance(0.1), random.pickFrom(users)) ?? random.newId()
  users.push(userId)
  const username = random.chance(0.6) ? `u${userId.slice(-6)}` : random.pick(NAMES)
  const siteRole = random.pick(['owner', 'admin', 'member', 'member', 'guest'])
  return {
    type: 'user.created',
    audience: ['server'],
    userId,
    user: {
      kind: random.pick(['human', 'bot', 'webhook']),
      username,
      displayName: random.pick(NAMES),
      siteRole,
      ...(random.chance(0.4) && { email: random.pick(NAMES) }),
      ...(random.chance(0.3) && { externalId: random.pick(NAMES) }),
      ...(random.chance(0.3) && { timeZone: random.pick(NAMES) }),
      ...(random.chance(0.3) && { locale: random.pick(NAMES) }),
      ...(random.chance(0.3) && { passwordHash: random.pick(NAMES) }),
    },
  }
}

function aRoom({ random, rooms }: World): Draft {
  const roomId = isAgain(random.chance(0.1), random.pickFrom(rooms)) ?? random.newId()
  rooms.push(roomId)
  return {
    type: 'room.created',
    audience: [`room:${roomId}`],
    roomId,
    room: {
      slug: random.chance(0.6) ? `r${roomId.slice(-6)}` : random.pick(NAMES),
      name: random.pick(NAMES),
      kind: random.pick(['room', 'direct', 'group', 'announcement']),
      visibility: random.pick(['public', 'private']),
      ...(random.chance(0.4) && { topic: random.pick(TEXTS) }),
    },
  }
}

function join(world: World): Draft {
  const roomId = anyRoom(world)
  const userId = aFounder(world)
  const role = world.random.pick(['member', 'moderator'])
  return { type: 'member.joined', audience: [`room:${roomId}`, `user:${userId}`], roomId, userId, member: { role } }
}

function someMessage(world: World): MessagePostedDraft {
  const { random, posts } = world
  const old = random.pickFrom(posts)
  if (old !== undefined && random.chance(0.12)) return again(world, old)
  const roomId = anyRoom(world)
  const draft = {
    type: 'message.posted',
    audience: [`room:${roomId}`],
    roomId,
    messageId: random.newId(),
    message: content(world, roomId),
    bodyHash: random.pick(['one', 'two', '']),
    ...(random.chance(0.1) && { source: { source: random.pick(['s', '$s', '']), sourceId: random.pick(NAMES) } }),
  } as const
  posts.push(draft)
  return draft
}

/** The same message, or another one under its id. */
function again(world: World, old: MessagePostedDraft): MessagePostedDraft {
  const { random } = world
  const draft = {
    ...old,
    ...(random.chance(0.2) && { bodyHash: 'another' }),
    ...(random.chance(0.1) && { roomId: anyRoom(world) }),
    ...(random.chance(0.1) && { message: { ...old.message, authorId: anyUser(world) } }),
  }
  return random.chance(0.1) ? { ...draft, messageId: random.newId() } : draft
}

function content(world: World, roomId: string): MessagePostedDraft['message'] {
  const { random, posts } = world
  const inRoom = posts.filter((post) => post.roomId === roomId || random.chance(0.03))
  const root = random.pickFrom(inRoom.filter(({ message }) => message.threadId === undefined || random.chance(0.05)))
  const quoted = random.pickFrom(inRoom)
  return {
    kind: 'text',
    authorId: anyUser(world),
    via: via(world),
    text: random.pick(TEXTS),
    mentions: mentions(world),
    ...(quoted !== undefined && random.chance(0.15) && { replyTo: quoted.messageId }),
    ...(root !== undefined && random.chance(0.35) && { threadId: root.messageId }),
    ...(random.chance(0.2) && { alsoInRoom: random.chance(0.7) }),
    ...(random.chance(0.08) && {
      kind: 'system',
      system: { type: random.pick(['added', 'topic']), userIds: [anyUser(world)], value: random.pick(NAMES) },
    }),
    ...(random.chance(0.08) && { writtenAt: random.pick(TIMES) }),
    ...(random.chance(0.08) && { isSilent: true }),
  }
}

export function via({ random }: World): MessagePostedDraft['message']['via'] {
  const kind = random.pick(['session', 'token', 'webhook', 'inbox', 'source', 'host', 'cli', 'system'])
  return random.chance(0.3) ? { kind, name: random.pick(NAMES) } : { kind }
}

function mentions(world: World): MessagePostedDraft['message']['mentions'] {
  const { random } = world
  if (random.chance(0.5)) return []
  return Array.from({ length: random.below(4) }, () => {
    const as = random.pick(NAMES)
    return random.chance(0.25) ? { kind: 'room', as } : { kind: 'user', userId: anyUser(world), as }
  })
}

function edit(world: World): Draft {
  const { roomId, messageId } = anyMessage(world)
  const message = { text: world.random.pick(TEXTS), mentions: mentions(world) }
  return { type: 'message.edited', audience: [`room:${roomId}`], roomId, messageId, message }
}

function deletion(world: World): Draft {
  const { roomId, messageId } = anyMessage(world)
  return { type: 'message.deleted', audience: [`room:${roomId}`], roomId, messageId, deletedBy: anyUser(world) }
}

function readMove(world: World): Draft {
  const { random } = world
  const userId = anyUser(world)
  const [roomId, seq, force] = [anyRoom(world), random.pick(NUMBERS), random.chance(0.4)]
  return { type: 'read.moved', audience: [`user:${userId}`], roomId, userId, seq, force }
}

function memberChange(world: World): Draft {
  const { random } = world
  const [roomId, userId] = [anyRoom(world), anyUser(world)]
  const member = {
    ...(random.chance(0.5) && { role: random.pick(['member', 'moderator']) }),
    ...(random.chance(0.5) && { mutedUntil: random.pick([null, ...TIMES]) }),
  }
  return { type: 'member.changed', audience: [`room:${roomId}`], roomId, userId, member }
}

function leave(world: World): Draft {
  const [roomId, userId] = [anyRoom(world), anyUser(world)]
  const reason = world.random.pick(['left', 'removed'])
  return { type: 'member.left', audience: [`room:${roomId}`, `user:${userId}`], roomId, userId, reason }
}

function roomChange(world: World): Draft {
  const { random } = world
  const roomId = anyRoom(world)
  const room = {
    ...(random.chance(0.3) && { slug: random.pick(NAMES) }),
    ...(random.chance(0.3) && { name: random.pick(NAMES) }),
    ...(random.chance(0.3) && { topic: random.pick([null, ...TEXTS]) }),
    ...(random.chance(0.4) && { visibility: random.pick(['public', 'private']) }),
    ...(random.chance(0.3) && { archived: random.chance(0.3) }),
  }
  return { type: 'room.changed', audience: [`room:${roomId}`], roomId, room }
}

function roomDeletion(world: World): Draft {
  const roomId = anyRoom(world)
  return { type: 'room.deleted', audience: [`room:${roomId}`], roomId }
}

function userChange(world: World): Draft {
  const { random } = world
  const user = {
    ...(random.chance(0.6) && { username: random.pick(NAMES) }),
    ...(random.chance(0.6) && { displayName: random.pick(NAMES) }),
  }
  return { type: 'user.changed', audience: ['site'], userId: anyUser(world), user }
}

function profileChange(world: World): Draft {
  const { random } = world
  const profile = {
    ...(random.chance(0.3) && { siteRole: random.pick(['owner', 'admin', 'member', 'guest']) }),
    ...(random.chance(0.3) && { email: random.pick([null, ...NAMES]) }),
    ...(random.chance(0.3) && { timeZone: random.pick([null, ...NAMES]) }),
    ...(random.chance(0.3) && { locale: random.pick([null, ...NAMES]) }),
    ...(random.chance(0.3) && { suspended: random.chance(0.4) }),
  }
  return { type: 'profile.changed', audience: ['server'], userId: anyUser(world), profile }
}

function passwordChange(world: World): Draft {
  const passwordHash = world.random.pick(NAMES)
  return { type: 'password.changed', audience: ['server'], userId: anyUser(world), passwordHash }
}

function siteChange({ random, rooms }: World): Draft {
  const site = {
    ...(random.chance(0.5) && { name: random.pick(NAMES) }),
    ...(random.chance(0.5) && { signUp: random.pick(['invite', 'open', 'closed']) }),
    ...(random.chance(0.5) && { defaultRooms: rooms.slice(0, random.below(4)) }),
    ...(random.chance(0.5) && { keepEdits: random.chance(0.5) }),
  }
  return { type: 'site.changed', audience: ['site'], site }
}

function sessionStart(world: World): Draft {
  const { random, sessions, tokens } = world
  const old = isAgain(random.chance(0.1), random.pickFrom(sessions))
  const session = {
    id: old?.id ?? random.newId(),
    userId: aFounder(world),
    secretHash: isAgain(random.chance(0.1), random.pickFrom(sessions))?.secretHash ?? random.newId(),
  }
  sessions.push(session)
  const tokenId = isAgain(random.chance(0.5), random.pickFrom(tokens))?.id
  const { userId, ...secrets } = session
  const given = {
    ...secrets,
    expiresAt: random.pick([justNow(), ...FAR_TIMES]),
    ...(tokenId !== undefined && { tokenId }),
    ...(random.chance(0.4) && { scopes: random.pick<readonly Scope[]>([[], ['read'], ['read', 'write']]) }),
    ...(random.chance(0.4) && { userAgent: random.pick(NAMES) }),
    ...(random.chance(0.4) && { address: random.pick(NAMES) }),
  }
  return { type: 'session.started', audience: ['server', `user:${userId}`], userId, session: given }
}

function sessionEnd(world: World): Draft {
  const { random } = world
  const session = random.pickFrom(world.sessions)
  const userId = random.chance(0.1) ? anyUser(world) : (session?.userId ?? anyUser(world))
  const sessionId = session?.id ?? random.newId()
  return { type: 'session.ended', audience: ['server'], userId, sessionId, reason: 'signed_out' }
}

function token(world: World): Draft {
  const { random, tokens } = world
  const made = {
    id: isAgain(random.chance(0.1), random.pickFrom(tokens))?.id ?? random.newId(),
    userId: aFounder(world),
    secretHash: isAgain(random.chance(0.1), random.pickFrom(tokens))?.secretHash ?? random.newId(),
  }
  tokens.push(made)
  const { userId, ...secrets } = made
  const given = {
    ...secrets,
    label: random.pick(NAMES),
    scopes: random.pick<readonly Scope[]>([[], ['read'], ['read', 'write', 'admin']]),
    ...(random.chance(0.3) && { expiresAt: random.pick([justNow(), ...FAR_TIMES]) }),
  }
  return { type: 'token.created', audience: ['server', `user:${userId}`], userId, token: given }
}

function tokenDeletion(world: World): Draft {
  const made = world.random.pickFrom(world.tokens)
  const userId = made?.userId ?? anyUser(world)
  return { type: 'token.deleted', audience: ['server'], userId, tokenId: made?.id ?? world.random.newId() }
}

function sessionRenewal(world: World): Draft {
  const { random } = world
  const session = random.pickFrom(world.sessions)
  const userId = random.chance(0.1) ? anyUser(world) : (session?.userId ?? anyUser(world))
  const [sessionId, expiresAt] = [session?.id ?? random.newId(), random.pick([justNow(), ...FAR_TIMES])]
  return { type: 'session.renewed', audience: ['server'], userId, sessionId, expiresAt }
}

function invite(world: World): Draft {
  const { random, invites } = world
  const made = {
    id: isAgain(random.chance(0.1), random.pickFrom(invites))?.id ?? random.newId(),
    userId: aFounder(world),
    codeHash: isAgain(random.chance(0.1), random.pickFrom(invites))?.codeHash ?? random.newId(),
  }
  invites.push(made)
  const { userId, ...secrets } = made
  const given = {
    ...secrets,
    role: random.pick(['member', 'guest']),
    ...(random.chance(0.5) && { roomId: anyRoom(world) }),
    // Never used up by chance: how long one is kept that is, each storage decides.
    ...(random.chance(0.5) && { uses: random.pick([1_000, 10_000]) }),
    expiresAt: random.pick([justNow(), ...FAR_TIMES]),
  }
  return { type: 'invite.created', audience: ['server', `user:${userId}`], userId, invite: given }
}

function inviteUse(world: World): Draft {
  return { type: 'invite.used', audience: ['server'], ...anInvite(world) }
}

function inviteDeletion(world: World): Draft {
  return { type: 'invite.deleted', audience: ['server'], ...anInvite(world) }
}

function anInvite(world: World): { readonly userId: string; readonly inviteId: string } {
  const { random } = world
  const made = random.pickFrom(world.invites)
  const userId = random.chance(0.1) ? anyUser(world) : (made?.userId ?? anyUser(world))
  return { userId, inviteId: made?.id ?? random.newId() }
}

function userDeletion(world: World): Draft {
  const userId = anyUser(world)
  return { type: 'user.deleted', audience: ['site', `user:${userId}`], userId }
}

function isAgain<T>(chance: boolean, value: T | undefined): T | undefined {
  return chance ? value : undefined
}
