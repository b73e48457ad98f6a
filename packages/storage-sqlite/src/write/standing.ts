/** Who somebody is to a room and to the site, as of this transaction. */

import type { SiteRole } from '@suda/protocol'
import type { Standing, Tx } from './tx.ts'

interface InRoom {
  readonly userId: string
  readonly roomId: string
}

/** Active, and a member or somebody whom a public room is open to. */
export function mayRead(who: InRoom, tx: Tx): boolean {
  const standing = roomStanding(who, tx)
  if (standing === undefined) return false
  return standing.role !== null || (standing.visibility === 'public' && standing.siteRole !== 'guest')
}

/**
 * One look-up answers all that is asked of the same user and room: preconditions come before the first draft.
 * @returns undefined if there is no such room or no such active user
 */
export function roomStanding({ roomId, userId }: InRoom, tx: Tx): Standing | undefined {
  const known = tx.standing
  if (known?.roomId === roomId && known.userId === userId) return known.standing
  const standing = selectStanding(roomId, userId, tx)
  tx.standing = { roomId, userId, standing }
  return standing
}

function selectStanding(roomId: string, userId: string, tx: Tx): Standing | undefined {
  return tx.sql.one<Standing>(
    `SELECT u.site_role AS siteRole, r.visibility AS visibility, r.archived AS archived, m.role AS role, m.muted_until AS mutedUntil
     FROM users u JOIN rooms r ON r.id = ? AND r.deleted_position IS NULL
     LEFT JOIN members m ON m.room_id = r.id AND m.user_id = u.id
     WHERE u.id = ? AND u.suspended_at IS NULL AND u.deleted_at IS NULL`,
    roomId,
    userId,
  )
}

/** The site role of an active user. */
export function activeRole(userId: string, tx: Tx): SiteRole | undefined {
  const row = tx.sql.one<{ role: SiteRole }>(
    'SELECT site_role AS role FROM users WHERE id = ? AND suspended_at IS NULL AND deleted_at IS NULL',
    userId,
  )
  return row?.role
}
