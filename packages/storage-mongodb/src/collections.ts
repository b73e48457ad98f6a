/** The collections of one site's database, and how they are read. */

import type { ClientSession, Collection, Db, FindOptions, MongoClient } from 'mongodb'
import { documentsByKey, type DocumentsByKey } from './documents-by-key.ts'
import type { Documents, Id, Name } from './documents.ts'
import { filterOf, scalar, type Condition } from './where.ts'

export interface Find {
  readonly sort?: Readonly<Record<string, 1 | -1>>
  readonly limit?: number
}

/** Documents by the collections that they are in. */
export type Wanted = ReadonlyMap<Name, readonly Id[]>
export type Found = { readonly [N in Name]?: readonly Documents[N][] }

/** Documents in one turn. The driver would take 101, and all the others with a second one. */
const MOST_IN_A_TURN = 1_000

export interface Database {
  readonly client: MongoClient
  readonly db: Db
  readonly writesAcross: boolean
}

/** A database as one client, or one transaction of it, sees it. */
export class Collections {
  readonly client: MongoClient
  readonly db: Db
  /** Whether one command can write to several collections: MongoDB 8.0 and newer. */
  readonly writesAcross: boolean
  readonly #session: ClientSession | undefined
  readonly #byKey: DocumentsByKey | undefined

  constructor({ client, db, writesAcross }: Database, session?: ClientSession) {
    this.client = client
    this.db = db
    this.writesAcross = writesAcross
    this.#session = session
    this.#byKey = session === undefined ? documentsByKey(this) : undefined
  }

  of<N extends Name>(name: N): Collection<Documents[N]> {
    return this.db.collection<Documents[N]>(name)
  }

  /** The same as this transaction sees it. */
  within(session: ClientSession): Collections {
    return new Collections(this, session)
  }

  get options(): { session?: ClientSession } {
    return this.#session === undefined ? {} : { session: this.#session }
  }

  async get<N extends Name>(name: N, id: Id): Promise<Documents[N] | undefined> {
    const gathered = this.#byKey?.byId[name]
    if (gathered !== undefined) return gathered.get(String(scalar(id)))
    const [document] = await this.find(name, { _id: scalar(id) }, { limit: 1 })
    return document
  }

  /** By what its bearer shows. */
  async withSecret<N extends 'tokens' | 'sessions'>(name: N, secretHash: string): Promise<Documents[N] | undefined> {
    const gathered = this.#byKey?.bySecret[name]
    if (gathered !== undefined) return gathered.get(String(scalar(secretHash)))
    const [document] = await this.find(name, { secretHash }, { limit: 1 })
    return document
  }

  /** Two reads at once, or in a transaction, which does one thing at a time, one after the other. */
  async pair<A, B>(first: () => Promise<A>, second: () => Promise<B>): Promise<[A, B]> {
    if (this.#session === undefined) return Promise.all([first(), second()])
    return [await first(), await second()]
  }

  /** In one turn; several at once are only for outside of transactions, which do one thing at a time. */
  async find<N extends Name>(name: N, where: Condition, options: Find = {}): Promise<Documents[N][]> {
    if (options.limit === 0) return [] // to MongoDB it is no limit
    const found: FindOptions = { ...this.options, ...options, promoteValues: true, batchSize: MOST_IN_A_TURN }
    // `_id` is never left out, so what comes is whole.
    return this.db.collection<Documents[N]>(name).find<Documents[N]>(filterOf(where), found).toArray()
  }
  /** Documents of several collections in one turn. ($unionWith is not for transactions, joining by `_id` is.) */
  async findAcross(wanted: Wanted): Promise<Found> {
    const ids = Object.fromEntries([...wanted].map(([name, some]) => [name, { $literal: some.map(scalar) }]))
    const joins = [...wanted.keys()].map((name) => ({
      $lookup: { from: name, localField: name, foreignField: '_id', as: name },
    }))
    const pipeline = [{ $match: { _id: 'log' } }, { $project: ids }, ...joins]
    const [found] = await this.of('log').aggregate<Found>(pipeline, this.options).toArray()
    return found ?? {}
  }
}
