/** A password from standard input, where no other user of the machine can see it. */

import { buffer } from 'node:stream/consumers'
import type { Arguments } from './arguments.ts'
import { UsageError } from './exit-code.ts'

/**
 * @returns all of standard input without the line end that `echo` puts behind it
 * @throws UsageError without `--password-stdin`: there is no other way to give one
 */
export async function readPassword(given: Arguments): Promise<string> {
  if (!given.has('password-stdin')) throw new UsageError('give the password by --password-stdin')
  const bytes = await buffer(process.stdin)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '')
  } catch {
    throw new UsageError('the password is not UTF-8')
  }
}
