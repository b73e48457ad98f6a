/** Rows as SQLite holds them, and the nouns of the wire made from them. The only place that casts. */

import type { InviteRecord, SessionRecord, TokenRecord } from '@suda/core/storage'
import type { Site, User, UserCard, Via } from '@suda/protocol'

export interface SiteRow {
  id: string
  name: string
  sign_up: Site['signUp']
  default_rooms: string
  keep_edits: number
  revision: number
  secret: string
}

export interface UserRow {
  id: string
  kind: User['kind']
  username: string | null
  display_name: string | null
  site_role: User['siteRole']
  email: string | null
  external_id: string | null
  time_zone: string | null
  locale: string | null
  password_hash: string | null
  revision: number
  suspended_at: number | null
  deleted_at: number | null
}

export interface TokenRow {
  id: string
  user_id: string
  label: string
  scopes: string
  created_at: number
  expires_at: number | null
}

export interface SessionRow {
  id: string
  user_id: string
  token_id: string | null
  scopes: string | null
  user_agent: string | null
  address: string | null
  created_at: number
  last_used_at: number
  expires_at: number
}

export interface InviteRow {
  id: string
  user_id: string
  role: InviteRecord['role']
  room_id: string | null
  uses: number | null
  used: number
  created_at: number
  expires_at: number
}

export const iso = (ms: number): string => new Date(ms).toISOString()

export function siteOf(row: SiteRow): Site {
  return {
    id: row.id,
    name: row.name,
    signUp: row.sign_up,
    defaultRooms: JSON.parse(row.default_rooms) as string[],
    keepEdits: row.keep_edits === 1,
    revision: row.revision,
  }
}

export function cardOf(
  row: Pick<UserRow, 'id' | 'kind' | 'username' | 'display_name' | 'revision' | 'deleted_at'>,
): UserCard {
  const { id, kind, revision } = row
  if (row.deleted_at !== null) return { id, kind, revision, deletedAt: iso(row.deleted_at) }
  return { id, username: row.username ?? '', displayName: row.display_name ?? '', kind, revision }
}

export function userOf(row: UserRow): User {
  return {
    id: row.id,
    kind: row.kind,
    username: row.username ?? '',
    displayName: row.display_name ?? '',
    siteRole: row.site_role,
    revision: row.revision,
    ...(row.external_id !== null && { externalId: row.external_id }),
    ...(row.time_zone !== null && { timeZone: row.time_zone }),
    ...(row.locale !== null && { locale: row.locale }),
    ...(row.suspended_at !== null && { suspendedAt: iso(row.suspended_at) }),
    ...(row.deleted_at !== null && { deletedAt: iso(row.deleted_at) }),
  }
}

export function tokenOf(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    userId: row.user_id,
    label: row.label,
    scopes: JSON.parse(row.scopes) as TokenRecord['scopes'],
    createdAt: iso(row.created_at),
    ...(row.expires_at !== null && { expiresAt: iso(row.expires_at) }),
  }
}

export function sessionOf(row: SessionRow): SessionRecord {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: iso(row.created_at),
    expiresAt: iso(row.expires_at),
    lastUsedAt: iso(row.last_used_at),
    ...(row.token_id !== null && { tokenId: row.token_id }),
    ...(row.scopes !== null && { scopes: JSON.parse(row.scopes) as TokenRecord['scopes'] }),
    ...(row.user_agent !== null && { userAgent: row.user_agent }),
    ...(row.address !== null && { address: row.address }),
  }
}

export function inviteOf(row: InviteRow): InviteRecord {
  return {
    id: row.id,
    createdBy: row.user_id,
    role: row.role,
    ...(row.room_id !== null && { roomId: row.room_id }),
    ...(row.uses !== null && { uses: row.uses }),
    used: row.used,
    createdAt: iso(row.created_at),
    expiresAt: iso(row.expires_at),
  }
}

/** A way is one column, `kind` or `kind name`: a kind has no blank in it. */
export function viaColumn(via: Via): string {
  return via.name === undefined ? via.kind : `${via.kind} ${via.name}`
}

export function viaOf(column: string): Via {
  const blank = column.indexOf(' ')
  if (blank === -1) return { kind: column as Via['kind'] }
  return { kind: column.slice(0, blank) as Via['kind'], name: column.slice(blank + 1) }
}
