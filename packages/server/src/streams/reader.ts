/** What the hub must know of a stream's reader, in the order that leaves no gap (step 4 of connecting). */

import { ChatError } from '@suda/protocol'
import type { Readership } from '@suda/hub'
import type { Credential, Identity } from '../auth/identify.ts'
import type { AppContext } from '../context.ts'

export interface StreamReader {
  readonly userId: string
  readonly sessionId?: string
  readonly tokenId?: string
  readonly expiresInMs?: number
  readonly readership: Readership
  readonly reread: () => Promise<Readership>
}

/** @throws ChatError `unauthenticated` if the session or token ended meanwhile */
export async function readReader(identity: Identity, context: AppContext, roomId?: string): Promise<StreamReader> {
  const { credential, user } = identity
  const first = await read()
  return {
    userId: user.userId,
    ...(user.sessionId !== undefined && { sessionId: user.sessionId }),
    ...(user.tokenId !== undefined && { tokenId: user.tokenId }),
    ...(first.expiresAt !== undefined && { expiresInMs: Math.max(0, Date.parse(first.expiresAt) - context.now()) }),
    readership: first.readership,
    reread: async () => (await read()).readership,
  }

  /** The credential second: what ends it behind the readership's label the hub sees itself. */
  async function read() {
    const readership = await context.chat.readership(user, roomId)
    return { readership, expiresAt: await endOf(credential, context) }
  }
}

async function endOf({ kind, secretHash }: Credential, { storage }: AppContext): Promise<string | undefined> {
  if (kind === 'session') {
    const found = await storage.session(secretHash)
    if (found !== undefined) return found.session.expiresAt
  } else {
    const found = await storage.token(secretHash)
    if (found !== undefined) return found.token.expiresAt
  }
  throw new ChatError('unauthenticated')
}
