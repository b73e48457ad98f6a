/** Sizes that a request must keep. Lengths are in UTF-16 code units. */
export const LIMITS = {
  textLength: { min: 1, max: 8000 },
  usernameLength: { min: 2, max: 32 },
  displayNameLength: { min: 1, max: 64 },
  roomNameLength: { min: 1, max: 80 },
  slugLength: { min: 1, max: 64 },
  topicLength: { min: 0, max: 250 },
  passwordLength: { min: 8, max: 256 },
  emailLength: { min: 3, max: 254 },
  labelLength: { min: 1, max: 80 },
  siteNameLength: { min: 1, max: 80 },
  pageSize: 200,
  syncRooms: 500,
  historyDefault: 50,
  mentionsPerMessage: 50,
  watchedRooms: 10,
  defaultRooms: 20,
  renamesPerHour: 10,
  /** Of one user at once, and as many made with tokens; of more the oldest end. */
  sessions: 50,
  /** Of one user at once. */
  tokens: 50,
  invites: 100,
  inviteUses: 10_000,
  /** Of a site in one answer, the newest. */
  invitesListed: 500,
} as const
