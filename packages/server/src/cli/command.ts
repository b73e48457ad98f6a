/** What the words of a command line lead to. */

import type { ArgsDef } from 'citty'
import type { Arguments } from './arguments.ts'
import type { ExitCode } from './exit-code.ts'

export interface Command {
  /** One sentence, for `--help`. */
  readonly description: string
  readonly args: ArgsDef
  /** Flags that take several values. */
  readonly several?: readonly string[]
  /** @throws what `explain` turns into a line and an exit code */
  run(given: Arguments): Promise<ExitCode>
}
