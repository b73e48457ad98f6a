import {
  applyChange,
  type Change,
  type ChangeOf,
  type ChangeType,
  type CommittedChange,
  type State,
} from '@suda/protocol'
import { expect, test } from 'vitest'
import type { Draft, DraftOf } from '../storage/drafts.ts'
import { aSite, type TestSite } from './a-site.ts'
import { commitDrafts } from './commit-drafts.ts'
import type { Apply } from './reader.ts'
import { record, verify, type Tampering } from './verify-command.ts'

/** What makes a change of the type, and in which ways a wrong one is planted. */
interface Plant<Type extends ChangeType> {
  readonly act: (site: TestSite) => Promise<unknown>
  /** Changes the payload. */
  readonly payload?: (payload: ChangeOf<Type>['payload']) => unknown
  /** Applies it wrongly; for changes that bear state, forgetting them is one more wrong way. */
  readonly apply?: (state: State, change: ChangeOf<Type>) => State
  readonly isStateless?: true
}

const renamed = (state: State): State => ({ ...state, site: { ...state.site, name: 'wrong' } })

const plants: { readonly [Type in ChangeType]: Plant<Type> } = {
  'site.changed': {
    act: (site) => site.system.createUser('olga', 'owner'),
    payload: ({ site }) => ({ site: { ...site, defaultRooms: [] } }),
  },
  'user.created': {
    act: (site) => site.system.createUser('olga'),
    payload: ({ user }) => ({ user: { ...user, email: 'olga@example.org' } }),
    isStateless: true,
  },
  'user.changed': {
    act: (site) => site.as('alice').do({ type: 'changeMe', displayName: 'A' }),
    payload: ({ user }) => ({ user: { ...user, displayName: 'wrong' } }),
  },
  'profile.changed': {
    act: (site) => site.as('alice').do({ type: 'changeMe', timeZone: 'Asia/Seoul' }),
    payload: ({ user }) => ({ user: { ...user, timeZone: 'UTC' } }),
  },
  'user.deleted': {
    act: (site) => site.system.do({ type: 'deleteUser', user: 'bob' }),
    payload: ({ user }) => ({ user: { ...user, deletedAt: '2000-01-01T00:00:00.000Z' } }),
  },
  'password.changed': {
    act: (site) => site.system.do({ type: 'setPassword', user: 'alice', passwordHash: 'hash' }),
    payload: () => ({ passwordHash: 'hash' }),
    apply: renamed,
    isStateless: true,
  },
  'session.started': { act: (site) => startSession(site), apply: renamed, isStateless: true },
  'session.renewed': {
    act: async (site) => {
      await startSession(site)
      await commit(site, { type: 'session.renewed', ...ofAlice(site), sessionId: SESSION_ID, expiresAt: LATER })
    },
    apply: renamed,
    isStateless: true,
  },
  'session.ended': {
    act: async (site) => {
      await startSession(site)
      await site.as('alice', { sessionId: SESSION_ID }).do({ type: 'endSession' })
    },
    apply: renamed,
    isStateless: true,
  },
  'token.created': { act: (site) => createToken(site), apply: renamed, isStateless: true },
  'token.deleted': {
    act: async (site) => {
      await createToken(site)
      await commit(site, { type: 'token.deleted', ...ofAlice(site), tokenId: TOKEN_ID })
    },
    apply: renamed,
    isStateless: true,
  },
  'invite.created': { act: (site) => createInvite(site), apply: renamed, isStateless: true },
  'invite.used': { act: (site) => endInvite(site, 'invite.used'), apply: renamed, isStateless: true },
  'invite.deleted': { act: (site) => endInvite(site, 'invite.deleted'), apply: renamed, isStateless: true },
  'room.created': {
    act: (site) => site.as('alice').createRoom('plans'),
    apply: (state, { payload: { room } }) => ({ ...state, rooms: { ...state.rooms, [room.id]: room } }),
    isStateless: true,
  },
  'room.changed': {
    act: (site) => site.as('mia').changeRoom('general', { topic: 'talk' }),
    payload: ({ room }) => ({ room: { ...room, topic: 'wrong' } }),
  },
  'room.deleted': { act: (site) => site.as('mia').deleteRoom('general') },
  'member.joined': {
    act: (site) => site.as('mia').putMember('general', 'onlooker'),
    payload: (payload) => ({ ...payload, memberCount: payload.memberCount + 1 }),
  },
  'member.changed': {
    act: (site) => site.as('mia').putMember('general', 'alice', 'moderator'),
    payload: (payload) => ({ ...payload, member: { ...payload.member, role: 'member' } }),
  },
  'member.left': {
    act: (site) => site.as('mia').removeMember('general', 'alice'),
    payload: (payload) => ({ ...payload, memberCount: payload.memberCount + 1 }),
  },
  'message.posted': {
    act: (site) => site.as('alice').postMessage('general', 'hello @bob'),
    payload: (payload) => ({ ...payload, room: { ...payload.room, ordinal: payload.room.ordinal + 1 } }),
    apply: (state, change) => applyChange(state, { ...change, payload: { ...change.payload, mentioned: NOBODY } }),
  },
  'message.edited': {
    act: async (site) => site.as('alice').editMessage(await firstId(site), 'other'),
    payload: (payload) => ({ ...payload, message: { ...payload.message, text: 'wrong' } }),
  },
  'message.deleted': {
    act: async (site) => site.as('alice').deleteMessage(await firstId(site)),
    payload: (payload) => ({ ...payload, message: { ...payload.message, text: 'still here' } }),
  },
  'read.moved': {
    act: (site) => site.as('bob').moveRead('general', 1),
    payload: (payload) => ({ ...payload, unreadMentions: [1] }),
  },
  void: {
    act: async (site) => {
      await site.as('bob').moveRead('general', 1)
      await site.as('bob').moveRead('general', 0, true)
    },
    payload: () => ({ text: 'was taken back' }),
    isStateless: true,
  },
}

const entries = Object.entries(plants) as [ChangeType, Plant<ChangeType>][]

test.each(entries)(
  '%s: nothing is reported where nothing is wrong, and each planted wrong one is',
  async (type, plant) => {
    const site = await aTalkativeSite()
    const recording = await record(site, () => plant.act(site))
    await verify(recording)
    expect(recording.log.map((change) => change.type)).toContain(type)

    const tamperings = tamperingsOf(type, plant)
    for (const [name, tampering] of Object.entries(tamperings)) {
      await expect(verify(recording, tampering), name).rejects.toThrow('expected')
    }
    expect(Object.keys(tamperings)).not.toEqual([])
  },
)

test('a message that goes to the whole site is reported', async () => {
  const site = await aTalkativeSite()
  const recording = await record(site, () => plants['message.posted'].act(site))
  const change = (committed: CommittedChange): CommittedChange => ({ ...committed, audience: ['site'] })

  await expect(verify(recording, { change })).rejects.toThrow('message.posted')
})

function tamperingsOf(type: ChangeType, { payload, apply, isStateless }: Plant<ChangeType>): Record<string, Tampering> {
  const instead = (wrong: Apply): Tampering => ({
    apply: (state, change) => (change.type === type ? wrong(state, change) : applyChange(state, change)),
  })
  return {
    ...(isStateless !== true && { 'a forgotten one': instead((state) => state) }),
    ...(apply !== undefined && { 'a wrongly applied one': instead(apply) }),
    ...(payload !== undefined && {
      'a wrong payload': {
        change: (committed) => (committed.type === type ? withPayload(committed, payload) : committed),
      },
    }),
  }
}

const TOKEN_ID = '00000000-0000-7000-9000-000000000001'
const SESSION_ID = '00000000-0000-7000-9000-000000000002'
const INVITE_ID = '00000000-0000-7000-9000-000000000003'
const LATER = '2999-01-01T00:00:00.000Z'
const NOBODY = { userIds: [], room: false }

/** A room in which alice has written to bob. */
async function aTalkativeSite(): Promise<TestSite> {
  const site = await aSite({ rooms: { general: { members: ['alice', 'bob'], moderators: ['mia'] } } })
  await site.as('alice').postMessage('general', 'first @bob')
  await site.as('mia').postMessage('general', 'second')
  return site
}

async function firstId(site: TestSite): Promise<string> {
  const [first] = await site.messages('general')
  return first?.id ?? ''
}

function commit(site: TestSite, draft: Draft): Promise<unknown> {
  return commitDrafts(site.storage, [draft])
}

function ofAlice(site: TestSite): Pick<DraftOf<'session.ended'>, 'audience' | 'userId'> {
  const userId = site.user('alice')
  return { audience: ['server', `user:${userId}`], userId }
}

function startSession(site: TestSite): Promise<Change[]> {
  return site.as('alice').do({ type: 'startSession', sessionId: SESSION_ID, secretHash: 'hash' })
}

function createToken(site: TestSite): Promise<Change[]> {
  const token = { tokenId: TOKEN_ID, secretHash: 'hash', label: 'bot', scopes: ['read' as const] }
  return site.system.do({ type: 'createToken', user: 'alice', ...token })
}

function createInvite(site: TestSite): Promise<unknown> {
  const invite = { id: INVITE_ID, codeHash: 'hash', role: 'member', expiresAt: LATER } as const
  return commit(site, { type: 'invite.created', ...ofAlice(site), invite })
}

async function endInvite(site: TestSite, type: 'invite.used' | 'invite.deleted'): Promise<void> {
  await createInvite(site)
  await commit(site, { type, ...ofAlice(site), inviteId: INVITE_ID })
}

function withPayload(committed: CommittedChange, payload: (payload: never) => unknown): CommittedChange {
  const change = JSON.parse(committed.json)
  return { ...committed, json: JSON.stringify({ ...change, payload: payload(change.payload as never) }) }
}
