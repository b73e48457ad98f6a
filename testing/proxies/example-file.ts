/** The files below examples/deploy/ as they stand, with the addresses of a test in the place of those of an example. */

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What stands in the file, and what is to stand there instead. */
export type Change = readonly [from: string, to: string]

const folder = fileURLToPath(new URL('../../examples/deploy/', import.meta.url))

/** @throws Error if the file does not have what is to be changed: then it is not that file any more that is tried */
export function exampleFile(name: string, changes: readonly Change[] = []): string {
  return changes.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`examples/deploy/${name} does not have ${JSON.stringify(from)}`)
      return text.replaceAll(from, () => to)
    },
    readFileSync(`${folder}${name}`, 'utf8'),
  )
}
