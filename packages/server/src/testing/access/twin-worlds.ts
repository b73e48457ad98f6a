/** Two sites that are built alike, of which one has a private room more; and what is left when the chance is taken out. */

import { uuidv7 } from 'uuidv7'
import { hashSecret, newSecret } from '../../auth/secrets.ts'
import { startServer } from '../start-server.ts'
import type { Sought } from './all-asked.ts'
import { People, type Person } from './people.ts'

/** The words under which it is looked for in both. */
export const HIDDEN_SLUG = 'plans-for-the-summer'

export interface Twin {
  readonly people: People
  readonly actors: Readonly<Record<string, Person>>
  /** Who is in the room, if there is one. */
  readonly insider: Person
  readonly sought: Sought
  /** What is done while others listen: in one of them all of it is hidden. */
  readonly liveOn: () => Promise<void>
  readonly mask: (text: string) => string
}

export async function aTwin({ isHiding }: { readonly isHiding: boolean }): Promise<Twin> {
  const people = await People.of(await startServer({ config: { rateLimits: false } }))
  const owner = await people.add({ siteRole: 'owner', username: 'olga' })
  const admin = await people.add({ siteRole: 'admin', username: 'ada' })
  const guest = await people.add({ siteRole: 'guest', username: 'gus' })
  const outsider = await people.add({ username: 'otto' })
  const insider = await people.add({ username: 'ines' })
  const ghost = await people.add({ username: 'gil' })
  const unbound = await people.add({ kind: 'bot', username: 'bot' })
  const bot = await people.coming(unbound, { by: 'token', scopes: ['read', 'write'] })
  const gone = await people.add({ username: 'gone' })
  await people.execute({ type: 'endSessions' }, gone.actor)
  const start: string = (await owner.client.get('/api/sync')).body.cursor
  const lobby = uuidv7()
  const members = [owner, admin, guest, outsider, insider, bot].map(({ userId }) => ({
    userId,
    role: 'member' as const,
  }))
  const names = { slug: 'lobby', name: 'Lobby' }
  await people.execute({ type: 'createRoom', roomId: lobby, ...names, visibility: 'public', members })
  await people.post(insider, lobby, 'hello @otto')
  const hidden = { roomId: uuidv7(), messageId: uuidv7() }
  if (isHiding) await hide(people, { ...hidden, insider, ghost, outsider })
  await people.told()
  const { epoch } = await people.server.storage.head()
  return {
    people,
    actors: { owner, admin, guest, outsider, bot, gone, none: { ...outsider, client: people.server.anyone } },
    insider,
    sought: {
      ...hidden,
      slug: HIDDEN_SLUG,
      lobby,
      start,
      ids: [owner, admin, guest, outsider, insider, ghost].map(({ userId }) => userId),
    },
    async liveOn() {
      if (isHiding) await stir(people, hidden.roomId, insider)
      await people.post(insider, lobby, 'the end')
      await people.told()
    },
    mask: (text) => masked(text.replaceAll(new RegExp(`${epoch}\\.\\d+`, 'g'), 'CURSOR')),
  }
}

interface Hidden {
  readonly roomId: string
  readonly messageId: string
  readonly insider: Person
  readonly ghost: Person
  readonly outsider: Person
}

async function hide(people: People, { ghost, insider, messageId, outsider, roomId }: Hidden): Promise<void> {
  const members = [insider, ghost].map(({ userId }) => ({ userId, role: 'moderator' as const }))
  const names = { slug: HIDDEN_SLUG, name: 'Plans', topic: 'The summer' }
  await people.execute({ type: 'createRoom', roomId, ...names, visibility: 'private', members })
  const text = `@${outsider.username} shall not hear of it`
  await people.execute({ type: 'postMessage', room: roomId, messageId, text }, insider.actor)
  for (const { actor } of [insider, ghost]) {
    const invite = { inviteId: uuidv7(), codeHash: hashSecret(newSecret()) }
    await people.execute({ type: 'createInvite', room: roomId, ...invite }, actor)
  }
}

async function stir(people: People, room: string, { actor, client }: Person): Promise<void> {
  const id = await people.post({ actor }, room, 'another one')
  await client.patch(`/api/messages/${id}`, { text: '@all of us' })
  await client.post(`/api/rooms/${room}/typing`)
  await client.put(`/api/rooms/${room}/read`, { seq: 1, force: true })
  await client.patch(`/api/rooms/${room}`, { name: 'Other plans', archived: true })
  await client.delete(`/api/messages/${id}`)
  await client.delete(`/api/rooms/${room}/members/gil`)
}

/** That a cursor tells how busy the site is stands in SECURITY.md; the rest is chance. */
const CHANCE: readonly (readonly [what: RegExp, name: string])[] = [
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID'],
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'],
  [/"(position|lagMs|streams)":\d+/g, '"$1":N'],
  [/"(streamId)":"[^"]*"/g, '"$1":"ID"'],
  [/^(content-length|date): .*$/gm, '$1: …'],
  [/nonce(-|=")[\w+/=-]+/g, 'nonce$1…'],
  [/^retry: \d+$/gm, 'retry: N'],
  [/127\.0\.0\.1:\d+/g, 'HOST'],
]

function masked(text: string): string {
  return CHANCE.reduce((rest, [what, name]) => rest.replaceAll(what, name), text)
}
