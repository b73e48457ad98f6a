/** API tokens, of which only a hash is kept. */

import { hashSecret, newSecret } from '../auth/secrets.ts'

/** @returns the token for its user, and the hash by which it is found again */
export function newToken(): { readonly token: string; readonly secretHash: string } {
  const token = `suda_${newSecret()}`
  return { token, secretHash: hashSecret(token) }
}
