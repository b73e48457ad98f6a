/** Where the log and the audit, as those see them who may, put a request and what took its credential away. */

import type { AuditEntry, Change } from '@suda/protocol'
import { positionOf } from '../kill/recorder.ts'
import type { Act, Held } from './acts.ts'
import type { Caller } from './caller.ts'
import type { Person } from './people.ts'
import type { Request } from './requests.ts'

/** Places in one order; absent is what never happened. */
export interface Traces {
  readonly request?: number
  readonly act?: number
}

export interface Scene {
  readonly act: Act
  readonly request: Request
  readonly held: Held
  readonly observer: Caller
  /** The observer's cursor before the race. */
  readonly from: string
}

/** Whose personal feed tells of both: somebody else in the room, or the person with what is left. */
export async function observerOf({ change }: Act, held: Held, neighbour: Person): Promise<Caller> {
  const { people, person, roomId, token } = held
  if (change === 'member.left' || change === 'user.deleted') {
    await people.owner.must('PUT', `/api/rooms/${roomId}/members/${neighbour.id}`, {})
    return neighbour.session
  }
  return change === 'token.deleted' ? person.session : token.caller
}

export async function placeOf(observer: Caller, roomId: string): Promise<string> {
  const { body } = await observer.must('GET', `/api/sync?rooms=${roomId}`)
  return body.cursor
}

/** Messages are in no audit, and a new token in the feed of nobody else. */
export function findTraces(scene: Scene): Promise<Traces> {
  return scene.request.change.startsWith('message.') ? inLog(scene) : inAudit(scene)
}

async function inLog({ act, from, held, observer, request }: Scene): Promise<Traces> {
  const { person, roomId } = held
  const changes = await changesAfter(observer, from, positionOf(await placeOf(observer, roomId)))
  // That the suspension was lifted took the change away; the sessions that it ended stay so.
  const end = act.change === 'profile.changed' ? 'session.ended' : act.change
  return tracesOf({
    request: changes.find(({ actorId, type }) => type === request.change && actorId === person.id)?.position,
    act: changes.find(({ type, userId }) => type === end && userId === person.id)?.position,
  })
}

async function changesAfter(observer: Caller, from: string, end: number): Promise<Change[]> {
  const changes: Change[] = []
  for (let cursor = from; positionOf(cursor) < end;) {
    const { body } = await observer.must('GET', `/api/feed?cursor=${cursor}&wait=1`)
    if (body.reset !== undefined) throw new Error(`the observer was reset: ${JSON.stringify(body.reset)}`)
    changes.push(...body.changes)
    cursor = body.cursor
  }
  return changes
}

async function inAudit({ act, held, request }: Scene): Promise<Traces> {
  const { people, person } = held
  const { body } = await people.owner.must('GET', '/api/audit?limit=200')
  const entries: AuditEntry[] = body.entries.toReversed()
  const isAct = ({ detail, type, userId }: AuditEntry) =>
    type === act.change && userId === person.id && (type !== 'profile.changed' || detail?.suspended === true)
  return tracesOf({
    request: entries.find((entry) => entry.type === request.change && isOfRace(entry, held))?.id,
    act: entries.find(isAct)?.id,
  })
}

/** Not what the person did before it. */
function isOfRace({ actorId, detail, roomId, type, via }: AuditEntry, { person, roomId: own, token }: Held): boolean {
  if (actorId !== person.id) return false
  if (type === 'member.joined') return roomId === own
  if (type === 'session.started') return via.kind === 'token'
  return type !== 'token.created' || detail?.tokenId !== token.id
}

function tracesOf({ act, request }: { act: number | undefined; request: number | undefined }): Traces {
  return { ...(request !== undefined && { request }), ...(act !== undefined && { act }) }
}
