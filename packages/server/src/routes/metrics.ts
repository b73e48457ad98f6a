/** The figures of this process for Prometheus. */

import { ChatError } from '@suda/protocol'
import { openEndpoint } from '../endpoint.ts'
import { mayReadFigures } from '../may-read-figures.ts'

export const getMetrics = openEndpoint(
  { summary: 'Figures for Prometheus', answers: { 200: null }, produces: ['text/plain'] },
  async ({ context, request, user }) => {
    if (!mayReadFigures(request, user)) throw new ChatError(user === undefined ? 'unauthenticated' : 'forbidden')
    const { contentType, text } = await context.metrics.render()
    return { status: 200, text, contentType }
  },
)
