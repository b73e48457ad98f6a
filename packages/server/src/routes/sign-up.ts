/** How people become users: the first owner by the one-time code, everybody else as the site allows. */

import type { Committed } from '@suda/core'
import { ChatError, type UserAnswer } from '@suda/protocol'
import { setUpBody, signUpBody, userAnswer } from '@suda/protocol/schemas'
import { created, type Answer } from '../answer.ts'
import { endReplaced, giveCookie, newSession } from '../auth/begin-session.ts'
import { clientAddress } from '../auth/client-address.ts'
import { hashSecret } from '../auth/secrets.ts'
import { isSetUpCode } from '../auth/set-up-code.ts'
import { openEndpoint, type Incoming } from '../endpoint.ts'

type Place = Pick<Incoming, 'address' | 'context' | 'reply' | 'request'>

export const postSetUp = openEndpoint(
  {
    summary: 'Makes the first owner, with the code that the server prints',
    body: setUpBody,
    answers: { 201: userAnswer },
  },
  async (call) => {
    const { body, context, request } = call
    const { code, displayName = body.username, password, siteName, username } = body
    if ((await context.chat.site()).hasOwner) throw new ChatError('conflict', 'This site has an owner already.')
    context.limits.allow('setUpCode', clientAddress(request))
    if (!isSetUpCode(code, context.siteSecret)) {
      context.limits.take('setUpCode', clientAddress(request))
      context.log.warn({ address: clientAddress(request), requestId: request.id }, 'The code of the set-up was wrong')
      throw new ChatError('forbidden', 'This is not the code that the server printed.')
    }
    const passwordHash = await context.passwords.hash(password, { unlike: [username, displayName, siteName] })
    const { secret, session } = newSession(call)
    const userId = context.newId()
    const command = { type: 'setUp', userId, username, displayName, passwordHash, siteName, session } as const
    const committed = await context.chat.execute(command, newcomer(call), { requestId: request.id })
    return welcome(call, { committed, secret, userId })
  },
)

export const postSignUp = openEndpoint(
  { summary: 'Makes a user, as the site allows', body: signUpBody, answers: { 201: userAnswer } },
  async (call) => {
    const { body, context, request } = call
    const { displayName = body.username, email, invite, password, username } = body
    const { signUp: pinnedMode } = context.config
    const arrival = {
      ...(invite !== undefined && { inviteHash: hashSecret(invite) }),
      ...(pinnedMode !== undefined && { pinnedMode }),
    }
    // A class comes from one address: whoever has an invite is held up only where it is guessed.
    const from = clientAddress(request)
    if (invite === undefined) context.limits.allow('signUps', from)
    else context.limits.take('previews', from)
    await context.chat.assertMaySignUp(arrival)
    const { site } = await context.chat.site()
    const passwordHash = await context.passwords.hash(password, { unlike: [username, displayName, site.name] })
    // A password that is refused is nobody's fault; a name that is taken could be one of many that are tried.
    if (invite === undefined) context.limits.take('signUps', from)
    const { secret, session } = newSession(call)
    const userId = context.newId()
    const command = {
      type: 'signUp',
      userId,
      username,
      displayName,
      passwordHash,
      session,
      ...(email !== undefined && { email }),
      ...arrival,
    } as const
    const committed = await context.chat.execute(command, newcomer(call), { requestId: request.id })
    return welcome(call, { committed, secret, userId })
  },
)

function newcomer({ request }: Place) {
  return { kind: 'newcomer', via: { kind: 'session' }, address: clientAddress(request) } as const
}

interface Made {
  readonly committed: Committed
  readonly secret: string
  readonly userId: string
}

async function welcome(place: Place, { committed, secret, userId }: Made): Promise<Answer> {
  giveCookie(place, secret, committed)
  await endReplaced(place)
  const record = await place.context.storage.user({ id: userId })
  if (record === undefined) throw new Error('The user that was made is not there')
  const answer: UserAnswer = { user: record.user }
  return created(answer)
}
