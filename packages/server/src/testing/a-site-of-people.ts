/** A site that was set up by its pages' calls, whose people have passwords and come by cookie. */

import { setUpCode } from '../auth/set-up-code.ts'
import { byCookie } from './by-cookie.ts'
import type { Answered, Client } from './a-client.ts'
import { startServer, type ServerOptions, type TestServer } from './start-server.ts'

/** Of everybody here. */
export const PASSWORD = 'three blue whales'

type Body = Readonly<Record<string, string>>

export interface SiteOfPeople {
  readonly server: TestServer
  /** Named `owner`. */
  readonly owner: Client
  /** Somebody who comes by an invite, with a session. */
  readonly invite: (username: string, invite?: object) => Promise<Client>
  readonly signIn: (username: string, password?: string) => Promise<Answered>
}

export async function aSiteOfPeople(options: ServerOptions = {}): Promise<SiteOfPeople> {
  const server = await startServer(options)
  const owner = byCookie(server.anyone, await setUp(server))
  return {
    server,
    owner,
    async invite(username, invite = {}) {
      const { body } = await owner.post('/api/invites', invite)
      const made = await signUp(server, username, { invite: body.code })
      if (made.status !== 201) throw new Error(`${username} could not sign up: ${made.text}`)
      return { ...byCookie(server.anyone, made), userId: made.body.user.id, username }
    },
    signIn: (username, password = PASSWORD) => server.anyone.post('/api/sign-in', { username, password }),
  }
}

/** @returns the answer, whatever it is */
export async function setUp(server: TestServer, body: Body = {}): Promise<Answered> {
  const { secret } = await server.storage.site()
  const usual = { code: setUpCode(secret), siteName: 'Class', username: 'owner', password: PASSWORD }
  return server.anyone.post('/api/setup', { ...usual, ...body })
}

/** @returns the answer, whatever it is */
export function signUp(server: TestServer, username: string, body: Body = {}): Promise<Answered> {
  return server.anyone.post('/api/sign-up', { username, password: PASSWORD, ...body })
}
