/** Waits for something outside of our reach to become so: a file, another program. */

import { setTimeout } from 'node:timers/promises'

export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`it did not become so: ${String(isSo)}`)
    await setTimeout(5)
  }
}
