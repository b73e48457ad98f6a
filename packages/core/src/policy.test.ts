import { ChatError, type Scope, type SiteRole } from '@suda/protocol'
import { describe, expect, test } from 'vitest'
import { POLICY, type Action, type ReadAction, type Rule } from './access.ts'
import type { Actor } from './actor.ts'
import type { Chat } from './chat.ts'
import type { CommandOf, CommandType } from './commands.ts'
import { aSite, type TestSite } from './testing/a-site.ts'
import type { Acting } from './testing/acting.ts'
import { anId } from './testing/ports.ts'

const ID = anId(9001)
const SESSION = { sessionId: ID, secretHash: 'session' }
const NAMES = { userId: ID, username: 'No Name', displayName: 'x', passwordHash: 'hash' }

/** Of things that are not there, so that nobody is in the way of the next. What ends sessions comes last. */
const COMMANDS: { readonly [Type in CommandType]?: CommandOf<Type> } = {
  createUser: { type: 'createUser', ...NAMES, kind: 'human', siteRole: 'member' },
  changeUser: { type: 'changeUser', user: 'nobody' },
  deleteUser: { type: 'deleteUser', user: 'nobody' },
  changeMe: { type: 'changeMe' },
  changeSite: { type: 'changeSite' },
  setPassword: { type: 'setPassword', user: 'nobody', passwordHash: 'hash' },
  createToken: { type: 'createToken', user: 'me', tokenId: ID, secretHash: 'token', label: ' ', scopes: [] },
  deleteToken: { type: 'deleteToken', tokenId: ID },
  createInvite: { type: 'createInvite', inviteId: ID, codeHash: 'code', room: 'nowhere' },
  deleteInvite: { type: 'deleteInvite', inviteId: ID },
  acceptInvite: { type: 'acceptInvite', codeHash: 'code' },
  renewSession: { type: 'renewSession' },
  createRoom: { type: 'createRoom', roomId: ID, slug: 'No Slug', name: 'x', visibility: 'public' },
  changeRoom: { type: 'changeRoom', room: 'nowhere' },
  deleteRoom: { type: 'deleteRoom', room: 'nowhere' },
  putMember: { type: 'putMember', room: 'nowhere', user: 'me' },
  removeMember: { type: 'removeMember', room: 'nowhere', user: 'me' },
  postMessage: { type: 'postMessage', room: 'nowhere', messageId: ID, text: 'x' },
  editMessage: { type: 'editMessage', messageId: ID, text: 'x' },
  deleteMessage: { type: 'deleteMessage', messageId: ID },
  moveRead: { type: 'moveRead', room: 'nowhere', seq: 1, force: false },
  startSession: { type: 'startSession', ...SESSION },
  changePassword: { type: 'changePassword', currentHash: 'hash', passwordHash: 'hash' },
  endSession: { type: 'endSession', sessionId: ID },
  endSessions: { type: 'endSessions' },
}

type Read = (chat: Chat, actor: Actor) => Promise<unknown>

const READS: { readonly [Type in ReadAction]?: Read } = {
  readMe: (chat, actor) => chat.me(actor),
  readUsers: (chat, actor) => chat.cards(actor, []),
  readAccounts: (chat, actor) => chat.accounts(actor, { limit: 1 }),
  listRooms: (chat, actor) => chat.rooms(actor, { browse: true, limit: 1 }),
  readRoom: (chat, actor) => chat.room(actor, 'nowhere'),
  readMembers: (chat, actor) => chat.members(actor, 'nowhere', { limit: 1 }),
  readMessages: (chat, actor) => chat.messages(actor, 'nowhere', { limit: 1 }),
  readMessage: (chat, actor) => chat.message(actor, ID),
  sync: (chat, actor) => chat.sync(actor, {}),
  readFeed: (chat, actor) => chat.readership(actor),
  readRoomFeed: (chat, actor) => chat.readership(actor, ID),
  watchRooms: (chat, actor) => chat.room(actor, 'nowhere', 'watchRooms'),
  signalTyping: (chat, actor) => chat.room(actor, 'nowhere', 'signalTyping'),
  readSessions: (chat, actor) => chat.sessions(actor),
  readTokens: (chat, actor) => chat.tokens(actor),
  readInvites: (chat, actor) => chat.invites(actor),
  readAudit: (chat, actor) => chat.audit(actor, { limit: 1 }),
}

const RANK = ['guest', 'member', 'admin', 'owner'] as const
const SCOPES = ['read', 'write', 'admin', 'metrics'] as const
/** Everybody's, so there is nothing to ask for. */
const OPEN = ['setUp', 'signUp', 'signIn', 'readSite', 'readHealth', 'readMetrics', 'readApi', 'previewInvite'] as const

/** Their handlers ask for more: for another's account a role, for another session a scope, of the operator a host. */
const STRICTER: readonly CommandType[] = ['deleteUser', 'endSession', 'createInvite']

interface Somebody {
  readonly name: string
  readonly acting: Acting
  readonly role?: SiteRole
  readonly scopes?: readonly Scope[]
  readonly hasSession?: true
}

describe('POLICY is what the door asks of everybody', () => {
  test('to do something', async () => {
    const site = await aSiteOfEverybody()
    const everybody = await actorsOf(site)

    for (const command of Object.values(COMMANDS)) {
      for (const somebody of everybody) {
        const head = await site.head()
        const expected = refusalOf(command.type, somebody)
        const found = admissionOf(await errorOf(somebody.acting.do(command)))
        if (expected === undefined && STRICTER.includes(command.type)) continue
        expect(found, `${command.type} by ${somebody.name}`).toBe(expected)
        if (expected !== undefined) expect(await site.head()).toBe(head)
      }
    }
  })

  test('to read something', async () => {
    const site = await aSiteOfEverybody()
    // The operator has no rooms and no account, whatever the table says.
    const everybody = (await actorsOf(site)).filter(({ acting }) => acting.actor.kind !== 'system')

    for (const [action, read] of Object.entries(READS) as [ReadAction, Read][]) {
      for (const somebody of everybody) {
        const found = admissionOf(await errorOf(read(site.chat, somebody.acting.actor)))
        expect(found, `${action} by ${somebody.name}`).toBe(refusalOf(action, somebody))
      }
    }
  })

  test('each of its rows is asked for somewhere', () => {
    const asked = [...Object.keys(COMMANDS), ...Object.keys(READS), ...OPEN]
    expect(asked.toSorted()).toEqual(Object.keys(POLICY).toSorted())
    for (const action of OPEN) expect(POLICY[action]).toEqual({ who: 'anyone' })
  })
})

test('whoever is suspended or deleted comes through no door at all', async () => {
  const site = await aSite({ roles: { olga: 'owner', otto: 'owner' }, users: ['bob'] })
  const secrets = await Promise.all(['olga', 'bob'].map((name) => secretsOf(site, name)))
  await site.as('otto').changeUser('olga', { suspended: true })
  await site.as('otto').deleteUser('bob')

  for (const { session, token } of secrets) {
    expect(await site.chat.actorBySession(session)).toBeUndefined()
    expect(await site.chat.actorByToken(token)).toBeUndefined()
  }
  for (const username of ['olga', 'bob']) {
    expect(await site.chat.actorByName({ username }, { kind: 'inbox' })).toBeUndefined()
    await expect(site.chat.sync(site.as(username).actor, {})).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await site.chat.readership(site.as(username).actor)).user).toBeUndefined()
  }
})

/** What the table says in words, apart from the code that reads it. */
function refusalOf(action: Action, { acting, hasSession, role, scopes }: Somebody): string | undefined {
  const rule: Rule = POLICY[action]
  if (rule.who === 'anyone' || acting.actor.kind === 'system') return undefined
  if (role === undefined) return 'unauthenticated'
  if (rule.who === 'system') return 'forbidden'
  if (rule.scope !== undefined && scopes !== undefined && !scopes.includes(rule.scope)) return `scope ${rule.scope}`
  if (rule.by === 'session' && (hasSession === undefined || scopes !== undefined)) return 'session'
  return rule.site !== undefined && RANK.indexOf(role) < RANK.indexOf(rule.site) ? 'forbidden' : undefined
}

/** Of an error that part that the table explains. */
function admissionOf(error: unknown): string | undefined {
  if (error === undefined) return undefined
  if (!(error instanceof ChatError)) throw error
  const [, scope] = /lacks the scope “(\w+)”/.exec(error.detail ?? '') ?? []
  if (scope !== undefined) return `scope ${scope}`
  if (error.detail?.includes('session that was begun with a password') === true) return 'session'
  const isOfTable = error.code === 'unauthenticated' || (error.code === 'forbidden' && error.detail === undefined)
  return isOfTable ? error.code : undefined
}

async function errorOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** An account for each way in, since some commands end what a user has. */
async function aSiteOfEverybody(): Promise<TestSite> {
  const programs = SCOPES.flatMap((scope) => [`token-${scope}`, `made-${scope}`])
  const owners = Object.fromEntries([...programs, 'all', 'person'].map((name) => [name, 'owner' as const]))
  const ranks = Object.fromEntries(RANK.map((role) => [role, role]))
  const site = await aSite({ roles: { ...ranks, ...owners } })
  for (const user of site.usernames()) await site.system.do({ type: 'setPassword', user, passwordHash: 'hash' })
  return site
}

async function actorsOf(site: TestSite): Promise<readonly Somebody[]> {
  const programs = SCOPES.map(async (scope): Promise<Somebody[]> => {
    const [name, made] = [`token-${scope}`, `made-${scope}`]
    const [token, session] = [await site.withToken(name, [scope]), await site.withToken(made, [scope], 'session')]
    const [role, scopes] = ['owner' as const, [scope]]
    return [
      { name, acting: token, role, scopes },
      { name: made, acting: session, role, scopes, hasSession: true },
    ]
  })
  return [
    { name: 'the operator', acting: site.system },
    { name: 'a newcomer', acting: site.newcomer },
    ...RANK.map((role): Somebody => ({ name: role, acting: site.as(role), role })),
    { name: 'a person', acting: await site.withSession('person'), role: 'owner', hasSession: true },
    { name: 'a token for all', acting: await site.withToken('all', SCOPES), role: 'owner', scopes: SCOPES },
    ...(await Promise.all(programs)).flat(),
  ]
}

async function secretsOf(site: TestSite, user: string) {
  const [session, token] = [`${user}'s session`, `${user}'s token`]
  await site.as(user).do({ type: 'startSession', sessionId: crypto.randomUUID(), secretHash: session })
  const made = { tokenId: crypto.randomUUID(), secretHash: token, label: 'x', scopes: [] }
  await site.system.do({ type: 'createToken', user, ...made })
  expect(await site.chat.actorBySession(session)).toBeDefined()
  expect(await site.chat.actorByToken(token)).toBeDefined()
  return { session, token }
}
