/** Somebody of whom everything can be taken: sessions, a token, and a place in a room of the owner's. */

import { randomUUID } from 'node:crypto'
import type { Act, Held } from './acts.ts'
import type { People } from './people.ts'

export interface LifeOptions {
  readonly act: Act
  /** Public, without the person; else private, with the person as moderator. */
  readonly isPublic?: boolean
}

export async function aLife(people: People, { act, isPublic = false }: LifeOptions): Promise<Held> {
  const person = await people.join()
  const roomId = await aRoom(people, isPublic ? 'public' : 'private')
  if (!isPublic) await people.owner.must('PUT', `/api/rooms/${roomId}/members/${person.id}`, { role: 'moderator' })
  const other = act.needsOther === true ? await person.signIn() : person.session
  const { body } = await person.session.must('GET', '/api/sessions')
  const sessions: { id: string; isCurrent: boolean }[] = body.sessions
  const sessionId = sessions.find(({ isCurrent }) => isCurrent)?.id ?? ''
  return { people, person, other, sessionId, roomId, token: await person.newToken() }
}

/** @returns the id of a room of the owner's */
export async function aRoom({ owner }: People, visibility: 'public' | 'private'): Promise<string> {
  const slug = `room-${randomUUID()}`
  const { body } = await owner.must('POST', '/api/rooms', { slug, name: slug, visibility })
  return body.room.id
}
