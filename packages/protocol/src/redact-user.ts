/** DL2a: the names of a deleted user leave every logged change that had a card of theirs. */

import type { Change } from './changes.ts'
import type { UserCard } from './entities.ts'

/** What is left of a user who was deleted. */
export type DeletedCard = Extract<UserCard, { readonly deletedAt: string }>

/**
 * The same change with the deleted card in the place of each earlier one; text by which others named the user stays.
 * A `profile.changed` is no card: it is voided as a whole.
 * @param json any logged change, as storage wrote it; returned as it is where it has no card of the user
 */
export function redactUser(json: string, card: DeletedCard): string {
  if (!json.includes(card.id)) return json
  const change: Change = JSON.parse(json)
  const payload = redactedPayload(change, card)
  return payload === undefined ? json : JSON.stringify({ ...change, payload })
}

function redactedPayload({ type, payload }: Change, card: DeletedCard): object | undefined {
  if (type === 'profile.changed') return undefined
  if ('user' in payload) return isEarlier(payload.user, card) ? { ...payload, user: card } : undefined
  if (!('users' in payload) || !payload.users.some((user) => isEarlier(user, card))) return undefined
  return { ...payload, users: payload.users.map((user) => (isEarlier(user, card) ? card : user)) }
}

function isEarlier(user: UserCard, card: DeletedCard): boolean {
  return user.id === card.id && user.deletedAt === undefined
}
