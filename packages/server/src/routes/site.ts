/** What anyone may know of the site. */

import { PROTOCOL, type SiteAnswer } from '@suda/protocol'
import { siteAnswer } from '@suda/protocol/schemas'
import { ok } from '../answer.ts'
import { openEndpoint } from '../endpoint.ts'

export const getSite = openEndpoint({ summary: 'The site', answers: { 200: siteAnswer } }, async ({ context }) => {
  const { site, hasOwner } = await context.chat.site()
  const answer: SiteAnswer = {
    id: site.id,
    name: site.name,
    signUp: context.config.signUp ?? site.signUp,
    needsSetUp: !hasOwner,
    protocol: PROTOCOL,
    build: context.build,
    revision: site.revision,
  }
  return ok(answer)
})
