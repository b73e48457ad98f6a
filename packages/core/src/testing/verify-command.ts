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
import { catchUp, follow, parse, rightsOf, type Apply, type Reader } from './reader.ts'
import { readAgain, readState, type View } from './reader-state.ts'
import { settledStorage } from './settled-storage.ts'

/** A post needs no id here. */
type Given = Command | (Omit<CommandOf<'postMessage'>, 'messageId'> & { readonly messageId?: string })

/** @returns the changes that the command made */
export async function verifyCommand(site: TestSite, actor: string, command: Given): Promise<Change[]> {
  const whole = command.type === 'postMessage' ? { messageId: crypto.randomUUID(), ...command } : command
  return verifyChanges(site, () => (actor === 'system' ? site.system : site.as(actor)).do(whole))
}

/**
 * The same for whatever `act` does.
 * @param tamper wrongs changes or the function that applies them; only to show that it is noticed
 */
export async function verifyChanges(
  site: TestSite,
  act: () => Promise<unknown>,
  tamper: { readonly apply?: Apply; readonly change?: (change: CommittedChange) => CommittedChange } = {},
): Promise<Change[]> {
  await addBystanders(site)
  const { storage } = site
  const head = await site.head()
  const readers = await readersOf(site, head)
  const rights = await Promise.all(readers.map(({ reader }) => rightsOf(storage, reader)))

  await act()

  const log = (await storage.changesAfter(head, 1000)).map(tamper.change ?? ((change) => change))
  for (const change of log) assertSound(change)
  const apply = tamper.apply ?? applyChange
  const settled = settledStorage(storage)
  for (const [index, { name, reader }] of readers.entries()) {
    const before = rights[index]
    if (before === undefined) throw new Error('no rights')
    const connectedUntil = (count: number) => follow(settled, reader, before, log.slice(0, count), apply)
    await verifyReader({ name, reader, connectedUntil, storage: settled, log, apply })
  }
  return log.map(parse)
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
  // Who is not shown any more may still be known.
  const users = Object.fromEntries(Object.keys(fresh.users).map((id) => [id, state.users[id]]))
  expect(throughJson({ ...state, users }), name).toStrictEqual(throughJson(fresh))
}

/** Everybody, on each of their devices. */
async function readersOf(site: TestSite, cursor: number): Promise<{ name: string; reader: Reader }[]> {
  const rooms = await Promise.all(site.slugs().map((slug) => site.storage.room(slug, '')))
  const looksAt = rooms.flatMap((record) => (record === undefined ? [] : [record.room.id]))
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
  return [{ name: `${username} ${view.name}`, reader }]
}

/** A public reader in no room, and somebody who was removed from every room. */
async function addBystanders(site: TestSite): Promise<void> {
  if (site.usernames().includes('onlooker')) return
  await site.system.createUser('onlooker')
  await site.system.createUser('removed')
  for (const slug of site.slugs()) {
    const record = await site.storage.room(slug, '')
    if (record === undefined || record.room.archived) continue
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
    expect(['site.changed', 'room.created', 'room.changed', 'user.changed']).toContain(type)
  }
}

function throughJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
