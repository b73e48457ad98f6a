/**
 * The name of a log (DL3): what can stand in a cursor, and nobody can guess.
 * @param bytes 64 random ones
 */
export function epochOf(bytes: Uint8Array): string {
  const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
  // 252 is the greatest multiple of 36 in a byte: beyond it some letters would come more often.
  return [...bytes]
    .filter((byte) => byte < 252)
    .slice(0, 12)
    .map((byte) => letters.charAt(byte % 36))
    .join('')
}
