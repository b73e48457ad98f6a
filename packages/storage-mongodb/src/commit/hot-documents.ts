/**
 * Documents that the last transaction of this process left behind. The log's position is the version of the whole site:
 * as long as nobody else has committed since, they are what the database has, and need not be read again.
 */

import type { Documents, Id, Name } from '../documents.ts'

/** What posting asks for again and again, and what only transactions with a position write. */
const HOT = ['users', 'rooms', 'members', 'sessions', 'tokens'] as const satisfies readonly Name[]
type HotName = (typeof HOT)[number]

/** More than this and all are let go of. */
const MOST = 20_000

export class HotDocuments {
  readonly #documents: { readonly [N in HotName]: Map<Id, Documents[N] | undefined> } = {
    users: new Map(),
    rooms: new Map(),
    members: new Map(),
    sessions: new Map(),
    tokens: new Map(),
  }
  #position = -1

  /** To be called when a transaction has its turn: `position` is where the log ends. */
  startAt(position: number): void {
    if (position !== this.#position) this.clear()
    this.#position = position
  }

  /** @returns undefined if it is not known; `document` is undefined where there is none */
  get<N extends Name>(name: N, id: Id): { readonly document: Documents[N] | undefined } | undefined {
    const documents = this.#of(name)
    return documents?.has(id) === true ? { document: documents.get(id) } : undefined
  }

  /** What a transaction that has ended the log at `position` knows. */
  keep(position: number, known: <N extends Name>(name: N) => readonly [Id, Documents[N] | undefined][]): void {
    for (const name of HOT) this.#keep(name, known(name))
    this.#position = position
    if (HOT.some((name) => this.#documents[name].size > MOST)) this.clear()
  }

  clear(): void {
    for (const name of HOT) this.#documents[name].clear()
    this.#position = -1
  }

  #keep<N extends HotName>(name: N, known: readonly [Id, Documents[N] | undefined][]): void {
    const documents: Map<Id, Documents[N] | undefined> = this.#documents[name]
    for (const [id, document] of known) documents.set(id, document)
  }

  #of<N extends Name>(name: N): Map<Id, Documents[N] | undefined> | undefined {
    const all: { readonly [M in Name]?: Map<Id, Documents[M] | undefined> } = this.#documents
    return all[name]
  }
}
