import type { Message } from '@suda/protocol'

/** Everybody whom these messages name. */
export function namedIn(messages: readonly Message[]): Set<string> {
  const ids = new Set<string>()
  for (const message of messages) {
    ids.add(message.authorId)
    for (const mention of message.mentions) if (mention.kind === 'user') ids.add(mention.userId)
    for (const userId of message.system?.userIds ?? []) ids.add(userId)
    if (message.deletedBy !== undefined) ids.add(message.deletedBy)
  }
  return ids
}
