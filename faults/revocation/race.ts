/** One request in flight while what it is made with is taken away: which of both was first, and what came of it. */

import { setTimeout as pause } from 'node:timers/promises'
import { aLife } from './a-life.ts'
import type { Act, Done, Held } from './acts.ts'
import { byCookie, byToken, isDone, type Caller, type Timed } from './caller.ts'
import { findTraces, observerOf, placeOf, type Traces } from './traces.ts'
import type { People, Person } from './people.ts'
import type { Request, Wish } from './requests.ts'

export interface RacePlan {
  readonly run: number
  readonly act: Act
  readonly request: Request
  readonly isActFirst: boolean
  /** How much later the other one begins. */
  readonly delayMs: number
}

export interface RaceRecord {
  readonly run: number
  readonly act: string
  readonly request: string
  /** Whether what the request is made with lives on: then only what it made may have to end. */
  readonly isSpared: boolean
  readonly acted: Done
  readonly raced: Attempt
  /** The same once more, after the act was answered. */
  readonly late?: Attempt & { readonly expected: number }
  readonly traces: Traces
  /** Whether a credential that the request made is worth something after the act. */
  readonly madeIsAlive?: boolean
}

export interface Attempt extends Done {
  readonly status: number
}

/** @param neighbour somebody who takes part in one race at a time */
export async function race(people: People, neighbour: Person, plan: RacePlan): Promise<RaceRecord> {
  const { act, request } = plan
  const held = await aLife(people, plan)
  const wish = await wishOf(held, plan)
  const observer = await observerOf(act, held, neighbour)
  const from = await placeOf(observer, held.roomId)

  const { delayMs, isActFirst } = plan
  const acting = isActFirst ? act.run(held) : pause(delayMs).then(() => act.run(held))
  const asking = isActFirst ? pause(delayMs).then(() => request.send(wish)) : request.send(wish)
  const [acted, answer] = await Promise.all([acting, asking])

  const isSpared = isSparedBy(plan)
  const late = isSpared ? undefined : await request.send(wish)
  const made = credentialIn(answer, plan, people)
  const madeIsAlive = made && isDone((await made.ask('GET', '/api/me')).status)
  if (act.change === 'profile.changed') {
    await people.owner.must('PATCH', `/api/users/${held.person.id}`, { suspended: false })
  }
  return {
    run: plan.run,
    act: act.name,
    request: request.name,
    isSpared,
    acted,
    raced: attemptOf(answer),
    ...(late !== undefined && { late: { ...attemptOf(late), expected: act.ends === 'room' ? 404 : 401 } }),
    traces: await findTraces({ act, request, held, observer, from }),
    ...(madeIsAlive !== undefined && { madeIsAlive }),
  }
}

/** Which acts concern which requests. */
export function areRivals(act: Act, request: Request): boolean {
  if (act.ends === 'room') return request.about === 'room'
  if (act.ends === 'token') return request.by !== 'session'
  return request.by !== 'token' || act.endsAllSessions === true
}

const isSparedBy = ({ act, request }: Pick<RacePlan, 'act' | 'request'>): boolean =>
  act.ends === 'session' && request.by === 'token'

async function wishOf({ people, person, roomId, token }: Held, { act, request }: RacePlan): Promise<Wish> {
  const caller = act.ends === 'token' || request.by === 'token' ? token.caller : person.session
  const wish = { caller, roomId, bystanderId: people.bystander.id }
  if (request.change !== 'message.edited') return { ...wish, messageId: '' }
  const { body } = await person.session.must('POST', `/api/rooms/${roomId}/messages`, { text: 'first' })
  return { ...wish, messageId: body.message.id }
}

/** Only where the act is about it: tokens outlive sessions. */
function credentialIn(answer: Timed, { act, request }: RacePlan, { here }: People): Caller | undefined {
  if (!isDone(answer.status)) return undefined
  if (request.change === 'session.started') return byCookie(here, answer.cookie)
  const endsTokens = act.change === 'profile.changed' || act.change === 'user.deleted'
  return request.change === 'token.created' && endsTokens ? byToken(here, answer.body.token) : undefined
}

const attemptOf = ({ answeredAt, startedAt, status }: Timed): Attempt => ({ answeredAt, startedAt, status })
