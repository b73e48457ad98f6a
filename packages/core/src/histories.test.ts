import { ChatError } from '@suda/protocol'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { aSite, type TestSite } from './testing/a-site.ts'
import { verifyChanges } from './testing/verify-command.ts'

test(
  'whatever happens while one is away, old state and changes give what a fresh read gives',
  { timeout: 600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
        const site = await aSite({
          rooms: {
            general: { members: ['bob', 'gus'], moderators: ['alice'] },
            plans: { private: true, members: ['bob'], moderators: ['alice'] },
          },
          roles: { gus: 'guest', ada: 'admin', olga: 'owner' },
        })
        await site.as('alice').postMessage('general', 'before @room')
        await site.as('bob').postMessage('plans', 'before @alice')

        await verifyChanges(site, async () => {
          for (const one of steps) await take(site, one)
        })
        expect(await site.head()).toBeGreaterThanOrEqual(site.headBefore + 2)
      }),
      { numRuns: Number(process.env['HISTORIES'] ?? 4) },
    )
  },
)

type Step = readonly [kind: string, actor: string, room: string, n: number]

const ACTIONS: Readonly<Record<string, (site: TestSite, step: Step) => Promise<unknown>>> = {
  post: (site, [, actor, room, n]) => site.as(actor).postMessage(room, TEXTS[n % TEXTS.length] ?? ''),
  reply: async (site, [, actor, room, n]) => {
    const threadId = (await someMessage(site, room, n)).id
    await site.as(actor).postMessage(room, 'reply @alice', { threadId })
  },
  inbox: (site, [, actor, room]) => site.as(actor, { via: { kind: 'inbox' } }).postMessage(room, 'from outside @room'),
  edit: async (site, [, , room, n]) => {
    const message = await someMessage(site, room, n)
    await site.as(authorOf(site, message.authorId)).editMessage(message.id, `edited ${n} @bob`)
  },
  delete: async (site, [, actor, room, n]) => site.as(actor).deleteMessage((await someMessage(site, room, n)).id),
  read: async (site, [, actor, room, n]) =>
    site.as(actor).moveRead(room, n % ((await site.room(room)).lastSeq + 1), n % 2 === 0),
  join: (site, [, actor, room]) => site.as(actor).putMember(room, 'me'),
  add: (site, [, actor, room, n]) => site.as(actor).putMember(room, PEOPLE[n % PEOPLE.length] ?? ''),
  promote: (site, [, actor, room, n]) =>
    site.as(actor).putMember(room, PEOPLE[n % PEOPLE.length] ?? '', n % 2 === 0 ? 'moderator' : 'member'),
  leave: (site, [, actor, room]) => site.as(actor).removeMember(room, 'me'),
  remove: (site, [, , room, n]) => site.as('alice').removeMember(room, PEOPLE[n % PEOPLE.length] ?? ''),
  rename: (site, [, actor, room, n]) =>
    site.as(actor).changeRoom(room, { name: `name ${n}`, topic: n % 2 === 0 ? '' : 'talk' }),
  hide: (site, [, , room, n]) => site.system.changeRoom(room, { visibility: n % 2 === 0 ? 'private' : 'public' }),
  archive: (site, [, , room, n]) => site.system.changeRoom(room, { archived: n % 3 === 0 }),
  dissolve: (site, [, , room, n]) => (n % 4 === 0 ? site.system.deleteRoom(room) : Promise.resolve()),
  introduce: (site, [, actor, , n]) => site.introduce(actor, `Name ${n}`),
  suspend: (site, [, actor, , n]) => site.system.changeUser(actor, { suspended: n % 3 !== 0 }),
  forget: (site, [, actor, , n]) => (n % 2 === 0 ? site.system.deleteUser(actor) : Promise.resolve()),
  invite: async (site, [, actor, room, n]) => {
    await site.as('alice').createInvite(`code ${n}`, { room })
    await site.as(actor).do({ type: 'acceptInvite', codeHash: `code ${n}` })
  },
  arrive: async (site, [, , room, n]) => {
    await site.as('alice').createInvite(`code ${n}`, { room })
    await site.newcomer.signUp(`new${n}`, { inviteHash: `code ${n}` })
  },
  appoint: (site, [, , , n]) => site.system.changeUser('bob', { siteRole: n % 2 === 0 ? 'admin' : 'member' }),
}

const PEOPLE = ['alice', 'bob', 'gus', 'ada', 'onlooker', 'removed']
const TEXTS = ['plain', 'hello @alice', 'hello @bob and @gus', '@room', '`@bob` in code']

const step = fc.tuple(
  fc.constantFrom(...Object.keys(ACTIONS)),
  fc.constantFrom(...PEOPLE),
  fc.constantFrom('general', 'general', 'plans'),
  fc.nat({ max: 11 }),
)

/** What is refused has no effect, which is as good as any. */
async function take(site: TestSite, one: Step): Promise<void> {
  try {
    await ACTIONS[one[0]]?.(site, one)
  } catch (error) {
    const isGone = error instanceof Error && error.message.startsWith('the site has no')
    if (!(error instanceof ChatError) && !isGone) throw error
  }
}

async function someMessage(site: TestSite, room: string, n: number) {
  const messages = await site.messages(room)
  const message = messages[n % messages.length]
  if (message === undefined) throw new ChatError('not_found')
  return message
}

function authorOf(site: TestSite, userId: string): string {
  return site.usernames().find((name) => site.user(name) === userId) ?? ''
}
