/** What was deleted and is still to be erased, in slices: names first, since they are soon done. */

import { eraseRoomSlice, roomsToErase } from './erase-rooms.ts'
import { eraseUserSlice, usersToErase } from './erase-users.ts'
import type { Statements } from './statements.ts'

/** Rooms whose content is still there, and deleted users whom the log still names. */
export function leftToErase(sql: Statements): number {
  return roomsToErase(sql) + usersToErase(sql)
}

export function eraseSlice(sql: Statements, limit: number): void {
  if (usersToErase(sql) > 0) eraseUserSlice(sql, limit)
  else eraseRoomSlice(sql, limit)
}
