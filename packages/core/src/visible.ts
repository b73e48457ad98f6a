/** Whether a text shows anything at all. */

// Braille's empty pattern is the one blank that Unicode does not call white space.
const INVISIBLE = /[\p{Default_Ignorable_Code_Point}\p{White_Space}\p{M}\p{Cc}\p{Cf}\u2800]/gu

export function isVisible(text: string): boolean {
  return text.replace(INVISIBLE, '') !== ''
}
