/** Codes of invites, of which only a hash is kept. */

import { randomBytes } from 'node:crypto'
import { hashSecret } from '../auth/secrets.ts'

/** Short enough for a link that is read aloud or put into a QR code: 128 random bits. */
export function newInvite(): { readonly code: string; readonly codeHash: string } {
  const code = randomBytes(16).toString('base64url')
  return { code, codeHash: hashSecret(code) }
}
