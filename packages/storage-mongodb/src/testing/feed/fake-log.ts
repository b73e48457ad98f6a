/** A log in memory, for a feed whose change stream a test writes by hand. */

import type { LogHead } from '@suda/core/storage'
import type { CommittedChange } from '@suda/protocol'
import type { ChangeDocument } from '../../documents.ts'
import { changeOf } from '../../mappers-document.ts'

export interface FakeLog {
  /** One more change of each; @returns them as they would be inserted. */
  readonly commit: (count: number) => ChangeDocument[]
  readonly changesAfter: (position: number, limit: number) => Promise<readonly CommittedChange[]>
  readonly readHead: () => Promise<LogHead>
  /** The next so many reads fail. */
  readonly failReads: (count: number) => void
}

export function newFakeLog(): FakeLog {
  const documents: ChangeDocument[] = []
  let failing = 0
  const read = async <T>(what: () => T): Promise<T> => {
    failing -= 1
    if (failing >= 0) throw new Error('the log cannot be read, as the test wants')
    return what()
  }
  return {
    commit(count) {
      const committed = Array.from({ length: count }, (_, index) => aChange(documents.length + 1 + index))
      documents.push(...committed)
      return committed
    },
    changesAfter: (position, limit) => read(() => documents.slice(position, position + limit).map(changeOf)),
    readHead: () => read(() => ({ epoch: 'e', position: documents.length, firstPosition: 1 })),
    failReads: (count) => void (failing = count),
  }
}

export function aChange(position: number): ChangeDocument {
  return { _id: position, at: new Date(), type: 'void', audience: ['server'], group: 'g', json: `{"n":${position}}` }
}
