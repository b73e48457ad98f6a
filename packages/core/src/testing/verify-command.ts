/**
 * "Old state + changes = state read anew", for every kind of reader: runs a command and checks it from every cursor on
 * the way, connected and coming back, each change once and twice.
 */

import { applyChange, type Change, type CommittedChange } from '@suda/protocol'
import { change as changeSchema } from '@suda/protocol/schemas'
import { expect } from 'vitest'
import type { Command, CommandOf } from '../commands.ts'
import type { Storage } from '../storage/storage.ts'
import type { TestSite } from './a-site.ts'
import { catchUp, follow, parse, rightsOf, type Apply, type Reader, type Rights } from './reader.ts'
import { readAgain, readState, type View } from './reader-state.ts'
import { settledStorage } from './settled-storage.ts'

/** A post needs no id here. */
type Given = Command | (Omit<CommandOf<'postMessage'>, 'messageId'> & { readonly messageId?: string })

/** @returns the changes that the command made */
export async function verifyCommand(site: TestSite, actor: string, command: Given): Promise<Change[]> {
  const whole = command.type === 'postMessage' ? { messageId: crypto.randomUUID(), ...command } : command
  return verifyChanges(site, () => (actor === 'system' ? site.system : site.as(actor)).do(whole))
}

/** The same for whatever `act` does. */
export async function verifyChanges(site: TestSite, act: () => Promise<unknown>): Promise<Change[]> {
  const recording = await record(site, act)
  await verify(recording)
  return recording.log.map(parse)
}

/** What everybody knew before, and what came. */
export interface Recording {
  readonly readers: readonly { readonly name: string; readonly reader: Reader; readonly rights: Rights }[]
  /** The changes as they were told when they were committed. */
  readonly live: readonly CommittedChange[]
  /** The same as the log has them in the end. */
  readonly log: readonly CommittedChange[]
  readonly storage: Storage
}

export async function record(site: TestSite, act: () => Promise<unknown>): Promise<Recording> {
  await addBystanders(site)
  const { storage } = site
  const head = await site.head()
  const readers = await readersOf(site, head)
  const listen = listening(storage, head)

  await act()

  const live = await listen(await site.head())
  return { readers, live, log: await storage.changesAfter(head, 1000), storage: settledStorage(storage) }
}

/** Plants something wrong, to show that it is noticed. */
export interface Tampering {
  readonly apply?: Apply
  readonly change?: (change: CommittedChange) => CommittedChange
}

export async function verify({ readers, storage, ...recording }: Recording, tampering: Tampering = {}): Promise<void> {
  const { apply = applyChange, change = (committed) => committed } = tampering
  const [live, log] = [recording.live.map(change), recording.log.map(change)]
  for (const committed of [...live, ...log]) assertSound(committed)
  for (const { name, reader, rights } of readers) {
    if (!(await isActive(storage, reader))) continue
    const connectedUntil = (count: number) => follow(storage, reader, rights, live.slice(0, count), apply)
    await verifyReader({ name, reader, connectedUntil, storage, log, apply })
  }
}

/** Whoever is suspended or deleted by now is told nothing and has nothing to read anew. */
async function isActive(storage: Storage, { state }: Reader): Promise<boolean> {
  return (await storage.readership(state.me.id)).user !== undefined
}

/** The changes as they are when they are committed: what is taken back later is still in them. */
function listening(storage: Storage, from: number): (until: number) => Promise<CommittedChange[]> {
  const feed = storage.feed(from)[Symbol.asyncIterator]()
  let next = feed.next()
  return async (until) => {
    const live: CommittedChange[] = []
    while ((live.at(-1)?.position ?? from) < until) {
      live.push(...((await next).value ?? []))
      next = feed.next()
    }
    return live
  }
}

interface Verification {
  readonly name: string
  /** As before the command. */
  readonly reader: Reader
  /** The reader after so many of the changes came over a stream. */
  readonly connectedUntil: (count: number) => Promise<Reader>
  readonly storage: Storage
  readonly log: readonly CommittedChange[]
  readonly apply: Apply
}

async function verifyReader({ name, reader, connectedUntil, storage, log, apply }: Verification): Promise<void> {
  const twice: Apply = (state, change) => apply(apply(state, change), change)
  for (let count = 0; count <= log.length; count++) {
    const there = await connectedUntil(count)
    for (const [way, how] of [
      ['once', apply],
      ['twice', twice],
    ] as const) {
      const end = await catchUp(storage, there, log, how)
      await expectFresh(`${name}, ${way}, from ${count} of ${log.length} changes`, storage, end)
    }
    // A snapshot may hold more than its label says (DL7).
    const ahead = { ...there, state: await readAgain(storage, there.state, there.looksAt) }
    const end = await catchUp(storage, ahead, log, apply)
    await expectFresh(`${name}, from a newer snapshot labelled ${count} of ${log.length}`, storage, end)
  }
  expect(reader.state, `${name}: applying leaves the old state alone`).toStrictEqual(frozen.get(reader))
}

const frozen = new WeakMap<Reader, unknown>()

async function expectFresh(name: string, storage: Storage, { state, looksAt }: Reader): Promise<void> {
  const fresh = await readAgain(storage, state, looksAt)
  // Who is not shown any more may still be known. Guests are told of a new name with the next message alone.
  const isGuest = state.me.siteRole === 'guest'
  const users = Object.fromEntries(
    Object.entries(fresh.users).map(([id, card]) => [
      id,
      isGuest && state.users[id] !== undefined ? card : state.users[id],
    ]),
  )
  expect(throughJson({ ...state, users }), name).toStrictEqual(throughJson(fresh))
}

/** Everybody, on each of their devices. */
async function readersOf(site: TestSite, cursor: number): Promise<Recording['readers']> {
  const rooms = await Promise.all(site.slugs().map((slug) => site.storage.room(slug, '')))
  const looksAt = rooms.flatMap((found) => (found === undefined ? [] : [found.room.id]))
  const views: View[] = [
    { name: 'with everything open', window: 'newest', hasMembers: true, looksAt },
    { name: 'on another device with nothing open', window: 'none', hasMembers: false, looksAt: [] },
    { name: 'far up in the history', window: 'oldest', hasMembers: false, looksAt },
  ]
  const readers = await Promise.all(
    site.usernames().flatMap((username) => views.map((view) => readerOf(site, username, view, cursor))),
  )
  return readers.flat()
}

async function readerOf(site: TestSite, username: string, view: View, cursor: number) {
  const state = await readState(site.storage, site.user(username), view)
  if (state === undefined) return []
  const looksAt = view.looksAt.filter((id) => state.rooms[id] !== undefined && state.rooms[id].my === undefined)
  const reader: Reader = { state, cursor, looksAt, asOf: {} }
  frozen.set(reader, structuredClone(state))
  return [{ name: `${username} ${view.name}`, reader, rights: await rightsOf(site.storage, reader) }]
}

/** A public reader in no room, and somebody who was removed from every room. */
async function addBystanders(site: TestSite): Promise<void> {
  if (site.usernames().includes('onlooker')) return
  await site.system.createUser('onlooker')
  await site.system.createUser('removed')
  for (const slug of site.slugs()) {
    const found = await site.storage.room(slug, '')
    if (found === undefined || found.room.archived) continue
    await site.system.putMember(slug, 'removed')
    await site.system.removeMember(slug, 'removed')
  }
}

/** It fits its schema, its columns say what its JSON says, and only what may be everybody's is. */
function assertSound(change: CommittedChange): void {
  const parsed = parse(change)
  expect(changeSchema.safeParse(parsed).error?.issues, `${change.type} fits its schema`).toBeUndefined()
  const { position, at, type, roomId, userId, messageId, actorId } = change
  expect(parsed).toMatchObject({ position, type, at: new Date(at).toISOString() })
  expect([parsed.roomId, parsed.userId, parsed.messageId, parsed.actorId]).toEqual([roomId, userId, messageId, actorId])
  if (change.type === 'void') expect(change.audience).toEqual(['server'])
  if (change.audience.includes('site')) {
    expect(['site.changed', 'room.created', 'room.changed', 'user.changed', 'user.deleted']).toContain(type)
  }
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
