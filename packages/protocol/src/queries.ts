/** What stands in the query strings of calls, as a caller gives it. */

/** With exactly one of `ids` and `query`. */
export interface UsersQuery {
  /** Separated by commas, 200 at most. */
  readonly ids?: string
  /** The beginning of a name. */
  readonly query?: string
  /** 1 to 50; absent: 20. */
  readonly limit?: number
}

export interface AccountsQuery {
  /** `more` of the page before. */
  readonly after?: string
  /** 1 to 200; absent: 200. */
  readonly limit?: number
}

export interface AuditQuery {
  /** The `id` of an entry, to get older ones. */
  readonly before?: number
  /** 1 to 200; absent: 50. */
  readonly limit?: number
  readonly actor?: string
  /** Of change, such as `room.created`. */
  readonly type?: string
}

export interface RoomsQuery {
  /** Public ones that the user is not in as well. */
  readonly browse?: boolean
  /** `more` of the page before. */
  readonly after?: string
  /** 1 to 200; absent: 200. */
  readonly limit?: number
}

export interface MembersQuery {
  /** `more` of the page before. */
  readonly after?: string
  /** 1 to 200; absent: 200. */
  readonly limit?: number
}

/** With at most one of the bounds, each the `seq` of a message; without one the newest. */
export interface MessagesQuery {
  readonly before?: number
  readonly after?: number
  readonly around?: number
  /** 1 to 200; absent: 50. */
  readonly limit?: number
}

/** As `MessagesQuery`. */
export interface ThreadQuery {
  readonly before?: number
  readonly after?: number
  readonly limit?: number
}

/** With at most one of the two. */
export interface SyncQuery {
  /** Ids separated by commas: these alone. */
  readonly rooms?: string
  /** `more` of the page before. */
  readonly after?: string
}

export interface FeedQuery {
  /** Absent: from now on. */
  readonly cursor?: string
  /** How many seconds an empty answer may be held back, 60 at most; absent: none. */
  readonly wait?: number
}

/** With at most one of `cursor` and `history`. */
export interface RoomFeedQuery {
  readonly cursor?: string
  /** How many stored messages come first, 0 to 200; absent: 50. */
  readonly history?: number
  /** For plain text: a name of the IANA database; absent: UTC. */
  readonly tz?: string
}

export interface HealthQuery {
  /** Given, whatever it says: 200 as long as the process runs. */
  readonly live?: string
}
