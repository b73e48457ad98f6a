/** What the hub must be told of a reader; the same as the storage port answers. */

import type { SiteRole } from '@suda/protocol'

/** One room and since when its changes may be told. */
export interface ReadableRoom {
  readonly roomId: string
  /** Position of the change by which the user became a reader. */
  readonly since: number
  readonly isMember: boolean
  /** Position of `room.deleted`, of which the members are still told; nothing else of such a room is. */
  readonly deletedAt?: number
}

export interface Readership {
  /** Everything here holds every effect up to this position. */
  readonly position: number
  /** Absent if the user is suspended or deleted. */
  readonly user?: { readonly siteRole: SiteRole }
  /** When the account was made, ms: what the site was told before was told to others. */
  readonly createdAt?: number
  readonly rooms: readonly ReadableRoom[]
}
