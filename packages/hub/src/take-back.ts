/** DL2a: what is left in memory of a change that a newer one took back. */

import {
  redactPosted,
  redactUser,
  type Change,
  type ChangeOf,
  type CommittedChange,
  type DeletedCard,
  type Message,
} from '@suda/protocol'

/** Changes of messages carry the message as it is now; others supersede by their key and carry none. */
export function messageOf({ json, type }: CommittedChange): Message | undefined {
  if (type !== 'message.posted' && type !== 'message.edited' && type !== 'message.deleted') return undefined
  const parsed: ChangeOf<typeof type> = JSON.parse(json)
  return parsed.payload.message
}

/** A posted message keeps its place with the message as it is now; anything else leaves only its position. */
export function leftOf(old: CommittedChange, message: Message | undefined): CommittedChange {
  if (old.type === 'message.posted' && message !== undefined) return { ...old, json: redactPosted(old.json, message) }
  const { at, position } = old
  return { position, at, type: 'void', audience: ['server'], json: voidJson(old.json) }
}

/** What is left of a user who was deleted, which is all that anybody may be told from then on. */
export function deletedCardOf({ json, type }: CommittedChange): DeletedCard | undefined {
  if (type !== 'user.deleted') return undefined
  const { payload }: ChangeOf<typeof type> = JSON.parse(json)
  return payload.user.deletedAt === undefined ? undefined : payload.user
}

/** @returns the change itself where it does not name the user */
export function withoutNames(change: CommittedChange, card: DeletedCard): CommittedChange {
  const json = redactUser(change.json, card)
  return json === change.json ? change : { ...change, json }
}

function voidJson(json: string): string {
  const { at, position }: Change = JSON.parse(json)
  return JSON.stringify({ position, at, type: 'void', payload: {} })
}
