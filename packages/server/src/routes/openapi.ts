/** The reference of this very server. */

import * as z from 'zod'
import { ok } from '../answer.ts'
import { openEndpoint, type Endpoint } from '../endpoint.ts'
import type { Route } from '../route.ts'

/** @param routes asked for late, since the reference is itself one of them */
export function describe(routes: () => readonly Route[]): Endpoint {
  return openEndpoint(
    { summary: 'This reference', answers: { 200: z.looseObject({}) } },
    async ({ address, context }) => {
      const { describeApi } = await import('../openapi.ts')
      return ok(describeApi(routes(), { version: context.version, prefix: address.prefix }))
    },
  )
}
