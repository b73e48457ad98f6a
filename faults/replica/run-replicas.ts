/**
 * Several clients of one site while connections are cut, the server is killed, and people come, go, write, edit and
 * delete at random. At rest each client's state is what the server answers anew. The same seed gives the same acts.
 */

import { setTimeout as pause } from 'node:timers/promises'
import { Chat } from '@suda/client'
import { ChatError } from '@suda/protocol'
import { seededRandom, type Random } from '../kit/random.ts'
import { startProxy, type Proxy, type Trouble } from '../kit/proxy.ts'
import { startSite, type TestSite } from '../kit/site.ts'
import { until } from '../kit/until.ts'
import { expectFresh } from './expect-fresh.ts'

export interface RunOptions {
  readonly seed: number
  readonly acts: number
  /** How often the server is killed and started again. */
  readonly kills: number
}

export interface Figures {
  readonly posts: number
  /** Of those, by somebody who was out of the room at that moment. */
  readonly refused: number
  readonly connections: number
  readonly kills: number
}

const NAMES = ['anna', 'bert', 'cleo'] as const
const ROOMS = ['red', 'blue'] as const
const LONG_REST_MS = 60_000

interface Person {
  readonly name: string
  readonly chat: Chat
  readonly proxy: Proxy
}

/** @throws Error for anything that was lost, came twice, or differs from what the server has */
export async function runReplicas({ seed, acts, kills }: RunOptions): Promise<Figures> {
  const random = seededRandom(seed)
  const site = await startSite({ users: NAMES, rooms: ROOMS })
  const people = await Promise.all(NAMES.map((name) => enter(site, name, random)))
  const posted = new Set<string>()
  const comings: Promise<void>[] = []
  try {
    const killAt = new Set(Array.from({ length: kills }, (_, i) => Math.floor(((i + 1) * acts) / (kills + 1))))
    for (let i = 0; i < acts; i += 1) {
      if (killAt.has(i)) await restart(site)
      comings.push(act(pick(people, random), people, random, posted))
      if (random() < 0.2) await pause(random() * 30)
    }
    await Promise.all(comings)
    await atRest(people)
    for (const { chat, name } of people) await expectFresh(name, chat, site.server.url, site.tokens[nameOf(name)])
    const refused = refusedPosts(people)
    await expectOnce(site, new Set([...posted].filter((id) => !refused.has(id))))
    return {
      posts: posted.size,
      refused: refused.size,
      connections: people.reduce((sum, { proxy }) => sum + proxy.connections, 0),
      kills,
    }
  } finally {
    for (const { chat, proxy } of people) {
      chat.stop()
      proxy.close()
    }
    await site.close()
  }
}

/** Half of the connections break after some bytes, in one way or another. */
async function enter(site: TestSite, name: string, random: Random): Promise<Person> {
  const proxy = await startProxy(site.server.port, (): Trouble => {
    if (random() < 0.5) return {}
    return { cutAfterBytes: Math.floor(random() * 20_000), isReset: random() < 0.5 }
  })
  const url = site.server.url.replace(`:${site.server.port}`, `:${proxy.port}`)
  const chat = new Chat({ url, token: site.tokens[name] ?? '' })
  await until(`${name} has the chat`, () => chat.start().then(() => true), { withinMs: LONG_REST_MS })
  for (const room of Object.values(chat.state.data?.rooms ?? {})) {
    chat.open(room.id)
    await until(`${name} has ${room.slug}`, () => chat.loadMessages(room.id).then(() => true))
    await until(`${name} has the members`, () => chat.loadMembers(room.id).then(() => true))
  }
  return { name, chat, proxy }
}

async function act({ chat }: Person, people: readonly Person[], random: Random, posted: Set<string>): Promise<void> {
  const rooms = Object.values(chat.state.data?.rooms ?? {})
  const room = rooms[Math.floor(random() * rooms.length)]
  if (room === undefined) return
  const messages = chat.state.data?.windows[room.id]?.flatMap((window) => window.messages) ?? []
  const message = messages.findLast(
    ({ authorId, deletedAt, kind }) =>
      kind === 'text' && authorId === chat.state.data?.me.id && deletedAt === undefined,
  )
  const dice = random()
  if (dice < 0.6 || message === undefined) posted.add(chat.post(room.id, `말 ${posted.size}`))
  else if (dice < 0.75) chat.edit(message, `${message.text}!`)
  else if (dice < 0.85) chat.delete(message)
  else if (dice < 0.9) chat.markRead(room.id, room.lastSeq)
  else await comeAndGo(pick(people, random), room.id, people)
}

/** The first is a moderator everywhere and takes others out and in. */
async function comeAndGo({ chat }: Person, roomId: string, [moderator]: readonly Person[]): Promise<void> {
  const me = chat.state.data?.me.id
  if (moderator === undefined || me === undefined || chat === moderator.chat) return
  const path = { room: roomId, user: me }
  const { api } = moderator.chat
  try {
    await api.call('DELETE /api/rooms/{room}/members/{user}', { path, patience: LONG_REST_MS })
  } catch (error) {
    if (!(error instanceof ChatError) || error.code !== 'not_found') throw error // somebody else was quicker
  }
  await api.call('PUT /api/rooms/{room}/members/{user}', { path, body: {}, patience: LONG_REST_MS })
}

async function restart({ server }: TestSite): Promise<void> {
  await server.kill()
  await server.start()
}

/** Nothing is on its way any more, and everybody was told everything. */
async function atRest(people: readonly Person[]): Promise<void> {
  for (const { chat, name } of people) {
    await until(`${name} has sent everything`, () => chat.state.outgoing.every(isOver), { withinMs: LONG_REST_MS })
  }
  const [first] = people
  if (first === undefined) return
  const room = Object.values(first.chat.state.data?.rooms ?? {})[0]
  if (room === undefined) throw new Error('nobody has a room')
  const id = first.chat.post(room.id, 'the last one')
  for (const { chat, name } of people) {
    const has = (): boolean =>
      chat.state.data?.rooms[room.id] === undefined ||
      chat.state.data.windows[room.id]?.at(-1)?.messages.some((message) => message.id === id) === true
    await until(`${name} sees the last message`, has, { withinMs: LONG_REST_MS })
  }
}

const isOver = ({ state }: { readonly state: string }): boolean => state === 'failed' || state === 'sent'

/** What was said and not refused stands once on the server. */
async function expectOnce({ server, rooms, tokens }: TestSite, sent: ReadonlySet<string>): Promise<void> {
  const chat = new Chat({ url: server.url, token: tokens['anna'] ?? '' })
  const seen: string[] = []
  for (const room of Object.values(rooms)) {
    let before: number | undefined
    do {
      const query = { limit: 200, ...(before !== undefined && { before }) }
      const page = await chat.api.call('GET /api/rooms/{room}/messages', { path: { room }, query })
      seen.push(...page.messages.map(({ id }) => id))
      before = page.hasBefore ? page.messages[0]?.seq : undefined
    } while (before !== undefined)
  }
  const twice = seen.length - new Set(seen).size
  if (twice > 0) throw new Error(`${twice} messages stand twice`)
  const missing = [...sent].filter((id) => !seen.includes(id))
  if (missing.length > 0) throw new Error(`${missing.length} of ${sent.size} messages are missing`)
}

function refusedPosts(people: readonly Person[]): ReadonlySet<string> {
  const failed = people.flatMap(({ chat }) => chat.state.outgoing.filter(({ state }) => state === 'failed'))
  const wrong = failed.filter(({ error }) => error?.code !== 'not_found' && error?.code !== 'message_deleted')
  if (wrong.length > 0) throw new Error(`refused without a reason: ${JSON.stringify(wrong)}`)
  return new Set(failed.filter(({ command }) => command.kind === 'post').map(({ id }) => id))
}

function pick<T>(all: readonly T[], random: Random): T {
  const one = all[Math.floor(random() * all.length)]
  if (one === undefined) throw new Error('nothing to pick from')
  return one
}

function nameOf(name: string): (typeof NAMES)[number] {
  const known = NAMES.find((one) => one === name)
  if (known === undefined) throw new Error(`nobody is called ${name}`)
  return known
}
