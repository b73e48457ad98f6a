/** A refusal that says where in the body or the query the fault is. */

import { ChatError } from '@suda/protocol'
import type { z } from 'zod'

const DETAIL_LENGTH = 300

export class ValidationError extends ChatError {
  /** JSON pointer (RFC 6901) into the body, or into the query as an object. */
  readonly pointer: string

  constructor(issue: z.core.$ZodIssue | undefined) {
    super('validation_failed', issue?.message.slice(0, DETAIL_LENGTH))
    this.pointer = pointerTo(issue)
  }
}

function pointerTo(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return ''
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  return [...issue.path, ...unknownKey].map((key) => `/${escape(String(key).slice(0, DETAIL_LENGTH))}`).join('')
}

function escape(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
