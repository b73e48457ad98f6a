/** Every schema there ever was, in order. A migration that was released is never changed. */

import { first } from './0001-first.ts'
import { accounts } from './0002-accounts.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [first, accounts]
