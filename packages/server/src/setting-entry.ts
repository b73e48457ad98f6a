/** What is known of a setting beside its shape. */

import * as z from 'zod'

export interface SettingEntry {
  /**
   * Without the two hyphens; absent where a command line would show a secret to everybody on the machine, and for what
   * is changed so seldom that it would only make `--help` longer.
   */
  readonly flag?: string
  /** The first one that is set counts; none where only the file has room for it. */
  readonly env: readonly string[]
  /** As it would be written; absent: the setting is not given. */
  readonly default?: string
  /** What stands for the value in `--help`. */
  readonly hint: string
  /** What may be given, to follow “must be”. */
  readonly takes: string
  /** What it does, as sentences. */
  readonly doc: string
  /** Its value is never shown. */
  readonly isSecret?: true
}

export const entries = z.registry<SettingEntry>()
