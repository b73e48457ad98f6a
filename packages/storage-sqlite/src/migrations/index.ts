/** Every schema there ever was, in order. A migration that was released is never changed. */

import { first } from './0001-first.ts'
import type { Migration } from './migration.ts'

export const migrations: readonly Migration[] = [first]
