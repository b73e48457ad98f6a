/**
 * The contract of the storage port, for every adapter. Its rules stand in docs/storage.md, their ids begin the titles
 * here. It touches the port alone.
 */

import { afterEach, describe, test } from 'vitest'
import { accounts } from './accounts.ts'
import { credentials } from './credentials.ts'
import { deletedUsers } from './deleted-users.ts'
import { invites } from './invites.ts'
import { lists } from './lists.ts'
import { log } from './log.ts'
import { messages } from './messages.ts'
import { preconditions } from './preconditions.ts'
import { proofs } from './proofs.ts'
import { readers } from './readers.ts'
import { redaction } from './redaction.ts'
import { retries } from './retries.ts'
import { rooms } from './rooms.ts'
import type { OpenedStorage, Part, Rule, StorageLimits } from './suite.ts'

export type { OpenedStorage, StorageLimits } from './suite.ts'

export interface StorageContract {
  readonly name: string
  /** Opens a storage on an empty database of its own; `limits` are absent where the usual ones will do. */
  readonly open: (limits?: StorageLimits) => Promise<OpenedStorage & { readonly remove: () => Promise<void> }>
  /** Rules that cannot be kept or tested here: id → reason. Each is printed as skipped. */
  readonly skip?: Readonly<Record<string, string>>
}

export const PARTS: readonly Part[] = [
  log,
  retries,
  preconditions,
  messages,
  redaction,
  rooms,
  readers,
  accounts,
  credentials,
  invites,
  proofs,
  deletedUsers,
  lists,
]

export function describeStorage({ name, open, skip = {} }: StorageContract): void {
  describe(`the storage contract on ${name}`, () => {
    const cleanUps: (() => Promise<void>)[] = []
    afterEach(async () => {
      for (const cleanUp of cleanUps.splice(0)) await cleanUp()
    })

    const rule: Rule = (title, check, limits) => {
      const reason = skip[title.split(':')[0] ?? '']
      test.skipIf(reason !== undefined)(reason === undefined ? title : `${title} (skipped: ${reason})`, async () => {
        const opened = await open(limits)
        cleanUps.push(opened.remove)
        await check(opened)
      })
    }
    for (const part of PARTS) part(rule)
  })
}
