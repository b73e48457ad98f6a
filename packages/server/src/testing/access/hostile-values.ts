/** What a body or a query could be filled with by somebody who looks for a hole. */

/** What only the server says of things. */
export const SERVER_FIELDS: Readonly<Record<string, unknown>> = {
  ...Object.fromEntries(
    ['id', 'authorId', 'userId', 'roomId', 'actorId', 'createdBy', 'tokenId', 'sessionId', 'inviteId', 'streamId'].map(
      (name) => [name, '0190b3f5-7d2a-7000-8000-000000000001'],
    ),
  ),
  ...Object.fromEntries(
    ['createdAt', 'deletedAt', 'editedAt', 'suspendedAt', 'joinedAt', 'mutedUntil', 'lastUsedAt', 'lastAt'].map(
      (name) => [name, '2026-01-01T00:00:00.000Z'],
    ),
  ),
  ...Object.fromEntries(
    ['revision', 'seq', 'ordinal', 'position', 'memberCount', 'firstSeq', 'lastSeq', 'used', 'readSeq'].map((name) => [
      name,
      1,
    ]),
  ),
  ...Object.fromEntries(
    ['passwordHash', 'secretHash', 'codeHash', 'bodyHash', 'externalId', 'requestId', 'address', 'userAgent'].map(
      (name) => [name, 'a'.repeat(64)],
    ),
  ),
  siteRole: 'owner',
  role: 'moderator',
  kind: 'system',
  type: 'createUser',
  state: 'streaming',
  format: 'html',
  via: { kind: 'system' },
  source: { source: 'x', sourceId: 'y' },
  system: { type: 'renamed', value: 'x' },
  my: { role: 'moderator' },
  audience: ['site'],
  mentions: [],
  attachments: [],
  reactions: [],
  members: [],
  scopes: ['admin'],
  isAdmin: true,
  keepEdits: true,
  pinnedMode: 'open',
  // Own keys of these names, as JSON can have them.
  ['__proto__']: { siteRole: 'owner' },
  constructor: { prototype: { siteRole: 'owner' } },
}

const OPERATORS: readonly unknown[] = [{ $ne: null }, { $regex: '.*' }, { $where: '1' }, { $gt: '' }, { toString: 'x' }]

/** In the place of a value of the type. */
export function valuesUnlike(type: unknown): readonly unknown[] {
  const nested = OPERATORS.map((operator) => [operator])
  const always = [...OPERATORS, ...nested, null, [[]], 1.5]
  switch (type) {
    case 'string':
      return [...always, [], ['text'], 1, true]
    case 'array':
      return [...always, 'text', [1], [null]]
    default:
      return [...always, [], 'text']
  }
}
