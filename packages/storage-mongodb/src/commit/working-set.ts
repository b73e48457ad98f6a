/**
 * What one transaction has read and is about to write. Commands of a group run on it one after the other and see each
 * other's writes; one that is refused is undone here, since a MongoDB transaction knows no savepoints. All is written at
 * the end, at once (`flush`).
 */

import { ChatError } from '@suda/protocol'
import type { Collections, Find, Found, Wanted } from '../collections.ts'
import type { Documents, Id, Name } from '../documents.ts'
import { assertStorable, compare, matches, oneOf, type Where } from '../where.ts'
import { givenNames } from './given-names.ts'
import type { HotDocuments } from './hot-documents.ts'
import { modelOf, operationOf, type Write } from './write-document.ts'

interface Entry<D> {
  /** What the database has. */
  readonly stored: D | undefined
  /** What it shall have. */
  readonly wanted: D | undefined
}

interface ToWrite {
  readonly name: Name
  readonly writes: readonly Write<Documents[Name]>[]
}

type Entries = { readonly [N in Name]: Map<Id, Entry<Documents[N]>> }

/** How to bring a collection back to where it was. */
type Undo = () => void

// The order in which they are written, as far as each is written by itself: what unique indexes guard first.
const NAMES = [
  'users',
  'rooms',
  'members',
  'sessions',
  'tokens',
  'invites',
  'messages',
  'mentions',
  'taken',
  'retries',
  'quotas',
  'site',
  'changes',
  'audit',
  'log',
] as const satisfies readonly Name[]

/**
 * So many writes of one collection go along with those of others; more are cheaper as a command of their own. A group of
 * posts writes two documents a post, and a handful whatever their number. On the tests' SecantusDB two more round trips
 * are worth it from 4 posts on: with 8 they save a third of its time, with 64 half. Of a server that is further away and
 * faster it is not known, so a few more go along.
 */
const MOST_ACROSS = 8

export interface WorkingSetOptions {
  /** Within the transaction. */
  readonly db: Collections
  readonly hot: HotDocuments
  /** Ids that clients make are taken for new without looking: the unique index tells where one is not. */
  readonly trustsNewIds: boolean
}

export class WorkingSet {
  readonly trustsNewIds: boolean
  readonly #db: Collections
  readonly #hot: HotDocuments
  readonly #entries: Entries = emptyEntries()
  readonly #undo: Undo[] = []

  constructor({ db, hot, trustsNewIds }: WorkingSetOptions) {
    this.trustsNewIds = trustsNewIds
    this.#db = db
    this.#hot = hot
  }

  /** The message that has this id already, as far as anybody looks. */
  async messageBefore(id: string): Promise<Documents['messages'] | undefined> {
    return this.trustsNewIds ? this.#known('messages', id)?.wanted : this.get('messages', id)
  }

  async get<N extends Name>(name: N, id: Id): Promise<Documents[N] | undefined> {
    const entry = this.#known(name, id)
    if (entry !== undefined) return entry.wanted
    return this.#remember(name, id, await this.#db.get(name, id)).wanted
  }

  /** Reads what is not known yet in one round trip, so that `get` need not ask for each. */
  async load(name: Name, ids: Iterable<Id>): Promise<void> {
    await this.loadAll(new Map([[name, ids]]))
  }

  /** The same for several collections at once. */
  async loadAll(wanted: ReadonlyMap<Name, Iterable<Id>>): Promise<void> {
    const missing = new Map<Name, readonly Id[]>()
    for (const [name, ids] of wanted) {
      const unknown = [...new Set(ids)].filter((id) => this.#known(name, id) === undefined)
      if (unknown.length > 0) missing.set(name, unknown)
    }
    const found = await this.#read(missing)
    for (const [name, ids] of missing) this.#rememberAll(name, ids, found[name] ?? [])
  }

  /** As the database will answer when everything staged is written. */
  async find<N extends Name>(name: N, where: Where, { sort, limit }: Find = {}): Promise<Documents[N][]> {
    const staged = [...this.#of(name)].filter(([, entry]) => isStaged(entry))
    const options = { ...(sort && { sort }), ...(limit !== undefined && { limit: limit + staged.length }) }
    const found = await this.#db.find(name, where, options)
    for (const document of found) if (!this.#of(name).has(document._id)) this.#remember(name, document._id, document)
    const ids = new Set(staged.map(([id]) => id))
    const merged = found.filter(({ _id }) => !ids.has(_id))
    for (const [, { wanted }] of staged) if (wanted !== undefined && matches(where, wanted)) merged.push(wanted)
    if (sort !== undefined) merged.sort(bySort(sort))
    return limit === undefined ? merged : merged.slice(0, limit)
  }

  /** What was read by other means. */
  know<N extends Name>(name: N, document: Documents[N]): void {
    this.#remember(name, document._id, document)
  }

  /**
   * A new document. One that is there under this id fails the flush, if it was not known before.
   * @throws ChatError `conflict`
   */
  insert<N extends Name>(name: N, document: Documents[N]): void {
    const known = this.#known(name, document._id)
    if (known?.wanted !== undefined) throw new ChatError('conflict')
    this.#stage(name, document._id, { stored: known?.stored, wanted: document })
  }

  /** In the place of one that was read or staged before. */
  replace<N extends Name>(name: N, document: Documents[N]): void {
    const known = this.#known(name, document._id)
    if (known === undefined) throw new Error(`${name} ${document._id} is replaced without having been read`)
    this.#stage(name, document._id, { ...known, wanted: document })
  }

  remove(name: Name, id: Id): void {
    const known = this.#known(name, id)
    if (known === undefined) throw new Error(`${name} ${id} is removed without having been read`)
    this.#stage(name, id, { stored: known.stored, wanted: undefined })
  }

  /** For `undoTo`. */
  mark(): number {
    return this.#undo.length
  }

  /** Forgets what was staged since the mark. */
  undoTo(mark: number): void {
    for (const undo of this.#undo.splice(mark).reverse()) undo()
  }

  /** @throws what the driver throws; the transaction is to be aborted then */
  async flush(): Promise<void> {
    const few: ToWrite[] = []
    for (const name of NAMES) {
      const toWrite = { name, writes: this.#writesTo(name) }
      if (this.#db.writesAcross && toWrite.writes.length <= MOST_ACROSS) few.push(toWrite)
      else await this.#flush(toWrite)
    }
    await this.#flushAcross(few)
  }

  /** After the commit: what later transactions need not read again. */
  keepHot(position: number): void {
    this.#hot.keep(position, (name) => [...this.#of(name)].map(([id, { wanted }]): [Id, typeof wanted] => [id, wanted]))
  }

  async #flush({ name, writes }: ToWrite): Promise<void> {
    const operations = writes.map((write) => operationOf<Documents[Name]>(write))
    if (operations.length > 0) await this.#db.of(name).bulkWrite(operations, { ...this.#db.options, ordered: true })
  }

  async #flushAcross(few: readonly ToWrite[]): Promise<void> {
    const models = few.flatMap(({ name, writes }) => {
      const namespace = `${this.#db.db.databaseName}.${name}`
      return writes.map((write) => modelOf(namespace, write))
    })
    if (models.length > 0) await this.#db.client.bulkWrite(models, { ...this.#db.options, ordered: true })
  }

  #writesTo<N extends Name>(name: N): Write<Documents[N]>[] {
    const writes = [...this.#of(name)].flatMap(([id, { stored, wanted }]) =>
      stored === wanted ? [] : [{ id, isNew: stored === undefined, document: wanted }],
    )
    return [...givenNames(name, this.#of(name)), ...writes]
  }

  async #read(wanted: Wanted): Promise<Found> {
    const [first, ...others] = wanted
    if (first === undefined) return {}
    if (others.length > 0) return this.#db.findAcross(wanted)
    const [name, ids] = first
    return { [name]: await this.#db.find(name, { _id: oneOf(ids) }) }
  }

  #rememberAll(name: Name, ids: readonly Id[], found: readonly Documents[Name][]): void {
    const byId = new Map<Id, Documents[Name]>(found.map((document) => [document._id, document]))
    for (const id of ids) this.#remember(name, id, byId.get(id))
  }

  #of<N extends Name>(name: N): Map<Id, Entry<Documents[N]>> {
    return this.#entries[name]
  }

  #known<N extends Name>(name: N, id: Id): Entry<Documents[N]> | undefined {
    const known = this.#of(name).get(id)
    if (known !== undefined) return known
    const hot = this.#hot.get(name, id)
    return hot === undefined ? undefined : this.#remember(name, id, hot.document)
  }

  #remember<N extends Name>(name: N, id: Id, document: Documents[N] | undefined): Entry<Documents[N]> {
    const entry = { stored: document, wanted: document }
    this.#of(name).set(id, entry)
    return entry
  }

  // Deleted first, so that the order of a collection is that of the last writes: a name that one document gives up is
  // free before another takes it.
  #stage<N extends Name>(name: N, id: Id, entry: Entry<Documents[N]>): void {
    if (entry.wanted !== undefined) assertStorable(entry.wanted)
    const entries = this.#of(name)
    const before = entries.get(id)
    this.#undo.push(() => (before === undefined ? entries.delete(id) : entries.set(id, before)))
    entries.delete(id)
    entries.set(id, entry)
  }
}

function emptyEntries(): Entries {
  return {
    log: new Map(),
    site: new Map(),
    changes: new Map(),
    audit: new Map(),
    users: new Map(),
    tokens: new Map(),
    sessions: new Map(),
    invites: new Map(),
    rooms: new Map(),
    members: new Map(),
    messages: new Map(),
    mentions: new Map(),
    taken: new Map(),
    retries: new Map(),
    quotas: new Map(),
  }
}

const isStaged = ({ stored, wanted }: Entry<unknown>): boolean => stored !== wanted

function bySort(sort: NonNullable<Find['sort']>): (a: object, b: object) => number {
  const keys = Object.entries(sort)
  return (a, b) => {
    const [one, two] = [new Map(Object.entries(a)), new Map(Object.entries(b))]
    for (const [field, direction] of keys) {
      const order = compare(one.get(field), two.get(field)) * direction
      if (order !== 0) return order
    }
    return 0
  }
}
