import { ChatError } from '@suda/protocol'
import { expect, test } from 'vitest'
import { Passwords } from '../passwords/passwords.ts'
import { aSiteOfPeople, PASSWORD, signUp } from '../../testing/a-site-of-people.ts'
import { quickPasswords } from '../../testing/quick-passwords.ts'
import type { Answered } from '../../testing/a-client.ts'

test('whoever has no password that could be right is answered byte for byte alike, after the same work', async () => {
  const { hashed, passwords } = quickPasswords()
  const { invite, owner, server } = await aSiteOfPeople({ passwords, config: { signUp: 'open' } })
  const [gone, held] = [await invite('deleted'), await invite('suspended')]
  await server.addUser('passwordless')
  await signUp(server, 'mailed', { email: 'mailed@example.org' })
  await owner.delete(`/api/users/${gone.userId}`)
  await owner.patch(`/api/users/${held.userId}`, { suspended: true })
  const names = [
    ...['owner', 'suspended', 'deleted', 'passwordless', 'nobody', '', ' ', 'a name that nobody can have'].map(
      (username) => ({ username }),
    ),
    ...['mailed@example.org', 'nobody@example.org', 'no address', ''].map((email) => ({ email })),
  ]

  const [answers, work] = [new Map<string, unknown>(), new Map<string, unknown>()]
  for (const name of names) {
    for (const password of ['wrong password', '', 'x'.repeat(257), 'x'.repeat(60_000), 'lone \ud800']) {
      hashed.length = 0
      const answered = await server.anyone.post('/api/sign-in', { ...name, password })
      answers.set(JSON.stringify(inBytes(answered)), name)
      work.set(
        JSON.stringify(
          hashed.map(({ bytes, lanes, memoryKib, passes, salt }) => [bytes, lanes, memoryKib, passes, salt.length]),
        ),
        name,
      )
    }
  }

  expect([...answers.keys()]).toEqual([expect.stringContaining('"code\\":\\"wrong_password')])
  expect([...work.keys()]).toEqual(['[[32,1,19456,2,16]]'])
  // With the right password one learns about oneself, but not that one was deleted.
  expect(await server.anyone.post('/api/sign-in', { username: 'suspended', password: PASSWORD })).toMatchObject({
    status: 403,
  })
  const deleted = await server.anyone.post('/api/sign-in', { username: 'deleted', password: PASSWORD })
  expect([...answers.keys()]).toEqual([JSON.stringify(inBytes(deleted))])
})

test('whether a name is taken is told to those alone who may sign up', async () => {
  const { hashed, passwords } = quickPasswords()
  const { owner, server } = await aSiteOfPeople({ passwords })
  const { body: invite } = await owner.post('/api/invites', { uses: 1 })
  const both = async (body: Record<string, string>) =>
    Promise.all(['owner', 'nobody'].map(async (name) => inBytes(await signUp(server, name, body))))
  const before = hashed.length

  for (const body of [{}, { invite: 'wrong' }, { invite: `${invite.code}x` }]) {
    const [known, unknown] = await both(body)
    expect(known).toEqual(unknown)
  }
  await owner.patch('/api/site', { signUp: 'closed' })
  const [known, unknown] = await both({ invite: invite.code })
  expect(known).toEqual(unknown)
  expect(hashed.length).toBe(before)

  await owner.patch('/api/site', { signUp: 'invite' })
  expect(await signUp(server, 'owner', { invite: invite.code })).toMatchObject({ status: 409, body: { code: 'taken' } })
  expect(await signUp(server, 'pupil', { invite: invite.code })).toMatchObject({ status: 201 })
  expect(await signUp(server, 'owner', { invite: invite.code })).toMatchObject({
    status: 403,
    body: { code: 'invite_invalid' },
  })
})

test('on an open site five an hour are told from one address', async () => {
  const { passwords } = quickPasswords()
  const { server } = await aSiteOfPeople({ passwords, config: { signUp: 'open' }, limits: {} })

  const statuses: number[] = []
  for (let index = 0; index < 6; index++) statuses.push((await signUp(server, 'owner')).status)

  expect(statuses).toEqual([409, 409, 409, 409, 409, 429])
})

test('who finds too many passwords being checked is told when to come back, known or not, and gets in then', async () => {
  const turns = { atOnce: 1, waiting: 1 }
  const { signIn } = await aSiteOfPeople({ passwords: new Passwords({ turns }) })

  const crowd = await Promise.all(['owner', 'owner', 'owner', 'owner', 'nobody', 'nobody'].map((name) => signIn(name)))
  const refused = crowd.filter(({ status }) => status === 503)

  expect(refused.length).toBeGreaterThan(0)
  expect(new Set(refused.map((answered) => JSON.stringify(inBytes(answered)))).size).toBe(1)
  expect(refused[0]?.headers.get('retry-after')).toBe('3')
  expect(refused[0]?.body.code).toBe(new ChatError('unavailable').code)
  expect(await signIn('owner')).toMatchObject({ status: 200 })
})

/** All of an answer but what is another each time. */
function inBytes({ headers, status, text }: Answered): unknown {
  const { date: _, ...others } = Object.fromEntries(headers)
  return [status, others, text.replace(/"requestId":"[^"]+"/, '')]
}
