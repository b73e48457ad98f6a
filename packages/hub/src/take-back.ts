/** DL2a: what is left in memory of a change that a newer one took back. */

import { redactPosted, type Change, type ChangeOf, type CommittedChange, type Message } from '@suda/protocol'

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

function voidJson(json: string): string {
  const { at, position }: Change = JSON.parse(json)
  return JSON.stringify({ position, at, type: 'void', payload: {} })
}
