import type { InviteDocument } from './documents.ts'

/** As many as it was made for have come by it. */
export function isUsedUp({ used, uses }: InviteDocument): boolean {
  return uses !== undefined && used >= uses
}
