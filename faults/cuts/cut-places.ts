/** Where connections are cut: after every byte, where that is affordable. */

import { storageMode } from '../../testing/storage-mode.ts'

// A cut is the edge's business; on MongoDB some show that it meets the same there. Odd, as every second is a reset.
const step = storageMode === 'mongodb' ? 101 : 1

/** Numbers of bytes below `end`. */
export function cutPlaces(end: number): number[] {
  return Array.from({ length: Math.ceil(end / step) }, (_, i) => i * step)
}
