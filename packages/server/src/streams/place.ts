/** From where on a stream tells: an EventSource that comes again knows better than the address that it was made with. */

import type { FastifyRequest } from 'fastify'

export function placeOf({ headers }: FastifyRequest, cursor: string | undefined): string | undefined {
  const last = headers['last-event-id']
  return typeof last === 'string' && last !== '' ? last : cursor
}
