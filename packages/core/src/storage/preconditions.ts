/**
 * What must hold inside the transaction. Plain data, so that it crosses threads and becomes a database's filter; each
 * names the error of its refusal. Adapters check them in the order given, the first that fails decides.
 */

import type { RoomRole, SiteRole } from '@suda/protocol'

export type Precondition =
  /** The user is active (not suspended, not deleted) and may read the room: member, or not a guest and the room public. Else `not_found`. */
  | { readonly kind: 'reader'; readonly userId: string; readonly roomId: string }
  /** The user is an active member of the room with at least this role. Else `not_found` where not a reader, otherwise `forbidden`. */
  | { readonly kind: 'roomRole'; readonly userId: string; readonly roomId: string; readonly atLeast: RoomRole }
  /** The user is active and has at least this role on the site. Else `forbidden`; `unauthenticated` if not active. */
  | { readonly kind: 'siteRole'; readonly userId: string; readonly atLeast: SiteRole }
  /** Somebody else than the actor exists and is neither suspended nor deleted. Else `not_found`. */
  | { readonly kind: 'active'; readonly userId: string }
  /** Else `muted`. */
  | { readonly kind: 'notMuted'; readonly userId: string; readonly roomId: string }
  /** The room exists (else `not_found`) and is not archived. Else `room_archived`. */
  | { readonly kind: 'roomOpen'; readonly roomId: string }
  /** The entity is still at this revision. Else `stale`; `not_found` if it is gone. */
  | {
      readonly kind: 'revision'
      readonly entity: 'site' | 'user' | 'room' | 'message'
      readonly id: string
      readonly revision: number
    }
  /** The session has not ended and not expired. Else `unauthenticated`. */
  | { readonly kind: 'session'; readonly sessionId: string }
  /** The token exists and has not expired. Else `unauthenticated`. */
  | { readonly kind: 'token'; readonly tokenId: string }
  /** The user still has this password. Else `unauthenticated`. */
  | { readonly kind: 'password'; readonly userId: string; readonly passwordHash: string }
  /** The invite has neither expired nor been used up, and whoever made it is active. Else `invite_invalid`. */
  | { readonly kind: 'invite'; readonly inviteId: string }
  /** The user is no owner. Else `forbidden`. */
  | { readonly kind: 'notOwner'; readonly userId: string }
  /**
   * The owner has no other of these than the given ones, of which some may be gone: what the drafts end is all that
   * there is. Expired ones do not count. Else `stale`.
   */
  | {
      readonly kind: 'noOther'
      readonly of: 'session' | 'token' | 'invite' | 'membership'
      readonly owner: { readonly userId: string } | { readonly tokenId: string }
      /** Of memberships the ids of their rooms. */
      readonly ids: readonly string[]
    }
  /** At most `limit` commits with this key within `windowMs`, this one included. Else `rate_limited`. */
  | { readonly kind: 'quota'; readonly key: string; readonly limit: number; readonly windowMs: number }
  /** Nobody has this value. Else `taken`. Backed by an index as well, so a race ends the same. */
  | { readonly kind: 'unique'; readonly field: 'username' | 'email' | 'externalId' | 'slug'; readonly value: string }
  /** There is no owner yet. Else `conflict`. */
  | { readonly kind: 'noOwner' }
  /** Another active owner than this user exists. Else `last_owner`. */
  | { readonly kind: 'otherOwner'; readonly userId: string }
