/** A site of one process or two, to which people come by an invite, with a password each. */

import { ServerProcess } from '../kit/server-process.ts'
import { suda } from '../kit/suda-command.ts'
import { anyone, byCookie, byToken, type Caller } from './caller.ts'

export const PASSWORD = 'three blue whales'

export interface People {
  /** Where the streams and requests are that something is taken from. */
  readonly here: ServerProcess
  /** Where it is taken: another process, if there is one. */
  readonly there: ServerProcess
  /** Of the site, there. */
  readonly owner: Caller
  /** A member of no room. */
  readonly bystander: Person
  /** Somebody new. */
  readonly join: () => Promise<Person>
  close(): Promise<void>
}

/** All that somebody has is for asking here; `at` takes it elsewhere. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly session: Caller
  /** Begins another session with the password. */
  readonly signIn: () => Promise<Caller>
  readonly newToken: () => Promise<NewToken>
}

export interface NewToken {
  readonly id: string
  readonly caller: Caller
}

/** @param databaseUrl of a MongoDB, which two processes share; without one it is as the tests run */
export async function startPeople(databaseUrl?: string): Promise<People> {
  const here = await ServerProcess.start(databaseUrl === undefined ? {} : { databaseUrl })
  const nodes = [here]
  const close = async (): Promise<void> => void (await Promise.all(nodes.map((node) => node.close())))
  try {
    if (here.databaseUrl !== undefined) nodes.push(await ServerProcess.start({ databaseUrl: here.databaseUrl }))
    const there = nodes.at(-1) ?? here
    const owner = await ownerAt(there)
    const join = await comingTo(here, owner)
    return { here, there, owner, join, bystander: await join(), close }
  } catch (error) {
    await close()
    throw error
  }
}

async function ownerAt(node: ServerProcess): Promise<Caller> {
  const command = ['user', 'add', 'owner', '--role', 'owner', '--password-stdin', ...node.siteFlags]
  await suda(command, `${PASSWORD}\n`)
  return signIn(node, 'owner')
}

async function comingTo(node: ServerProcess, owner: Caller): Promise<People['join']> {
  const { body } = await owner.must('POST', '/api/invites', { uses: 10_000 })
  const invite: string = body.code
  let count = 0
  return async () => {
    count += 1
    const name = `person${count}`
    const answer = await anyone(node).must('POST', '/api/sign-up', { username: name, password: PASSWORD, invite })
    const session = byCookie(node, answer.cookie)
    return {
      id: answer.body.user.id,
      name,
      session,
      signIn: () => signIn(node, name),
      newToken: async () => {
        const made = await session.must('POST', '/api/tokens', { label: 'test' })
        return { id: made.body.id, caller: byToken(node, made.body.token) }
      },
    }
  }
}

async function signIn(node: ServerProcess, username: string): Promise<Caller> {
  const { cookie } = await anyone(node).must('POST', '/api/sign-in', { username, password: PASSWORD })
  return byCookie(node, cookie)
}
