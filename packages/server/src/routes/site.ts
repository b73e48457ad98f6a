/** The site: what anyone may know of it, and its settings. */

import { ChatError, PROTOCOL, type SiteAnswer } from '@suda/protocol'
import { changeSiteBody, siteAnswer } from '@suda/protocol/schemas'
import { ok } from '../answer.ts'
import type { AppContext } from '../context.ts'
import { endpoint, openEndpoint } from '../endpoint.ts'
import { commandRequest } from '../idempotency.ts'
import { withCurrent } from './with-current.ts'

export const getSite = openEndpoint({ summary: 'The site', answers: { 200: siteAnswer } }, async ({ context }) =>
  ok(await asItIs(context)),
)

export const patchSite = endpoint(
  { summary: 'Changes the site’s settings', body: changeSiteBody, answers: { 200: siteAnswer } },
  async ({ body, context, request, user }) => {
    const { chat, config } = context
    if (body.signUp !== undefined && config.signUp !== undefined) throw new ChatError('pinned')
    const execution = chat.execute({ type: 'changeSite', ...body }, user, commandRequest(request))
    await withCurrent(execution, async () => (await chat.site()).site)
    return ok(await asItIs(context))
  },
)

async function asItIs({ build, chat, config }: AppContext): Promise<SiteAnswer> {
  const { site, hasOwner } = await chat.site()
  return {
    id: site.id,
    name: site.name,
    signUp: config.signUp ?? site.signUp,
    needsSetUp: !hasOwner,
    protocol: PROTOCOL,
    build,
    revision: site.revision,
  }
}
