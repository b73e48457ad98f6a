/** Parts of a request through their schemas: the border behind which everything has its type. */

import { ChatError } from '@suda/protocol'
import { noBody, noQuery } from '@suda/protocol/schemas'
import type { z } from 'zod'
import { ValidationError } from './validation-error.ts'

const NOTHING = { query: noQuery, body: noBody } as const

/**
 * @param schema none: nothing is taken, and `Value` is undefined
 * @throws ChatError `validation_failed` with a JSON pointer; `malformed` where a body is needed and missing altogether
 */
export function parsePart<Value>(part: 'query' | 'body', schema: z.ZodType<Value> | undefined, raw: unknown): Value {
  const parsed = (schema ?? NOTHING[part]).safeParse(raw)
  if (parsed.success) return (schema === undefined ? undefined : parsed.data) as Value
  if (raw === undefined) throw new ChatError('malformed', 'The request has no body.')
  throw new ValidationError(parsed.error.issues[0])
}
