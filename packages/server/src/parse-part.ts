/** Parts of a request through their schemas: the border behind which everything has its type. */

import { ChatError } from '@suda/protocol'
import { z } from 'zod'
import { ValidationError } from './validation-error.ts'

/** For endpoints that take neither. */
export const nothing = {
  query: z.strictObject({}),
  body: z.strictObject({}).optional(),
} as const

/** @throws ChatError `validation_failed` with a JSON pointer; `malformed` where a body is needed and missing altogether */
export function parsePart<Value>(schema: z.ZodType<Value>, raw: unknown): Value {
  const parsed = schema.safeParse(raw)
  if (parsed.success) return parsed.data
  if (raw === undefined) throw new ChatError('malformed', 'The request has no body.')
  throw new ValidationError(parsed.error.issues[0])
}
