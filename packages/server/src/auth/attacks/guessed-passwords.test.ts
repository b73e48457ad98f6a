import { expect, test } from 'vitest'
import type { Answered } from '../../testing/a-client.ts'
import { aSiteOfPeople, PASSWORD, signUp } from '../../testing/a-site-of-people.ts'
import { held } from '../../testing/held.ts'

const SECOND = 1_000

test('a password is guessed five times and then ever more slowly, without any work; whoever knows it and waits gets in', async () => {
  const { hashed, options, pass } = held()
  const { server, signIn } = await aSiteOfPeople(options)
  const before = hashed.length
  const guess = async (username: string) => waitOf(await signIn(username, 'wrong password'))

  const sequences: Record<string, (number | string)[]> = { owner: [], nobody: [] }
  for (const [name, waits] of Object.entries(sequences)) {
    for (let index = 0; index < 5; index++) waits.push(await guess(name))
    for (let index = 0; index < 4; index++) {
      const told = await guess(name)
      waits.push(told)
      pass(Number(told) * SECOND)
      waits.push(await guess(name))
    }
  }

  const expected = ['wrong', 'wrong', 'wrong', 'wrong', 'wrong', 1, 'wrong', 2, 'wrong', 4, 'wrong', 8, 'wrong']
  expect(sequences).toEqual({ owner: expected, nobody: expected })
  expect(hashed.length - before).toBe(18)
  expect(await signIn('owner')).toMatchObject({ status: 429 })
  pass(16 * SECOND)
  expect(await signIn('owner')).toMatchObject({ status: 200 })
  expect(await server.anyone.post('/api/sign-in', { username: 'owner', password: 'x'.repeat(65_000) })).toMatchObject({
    status: 401,
  })
})

test('of a hundred guesses at the same moment five are looked at, known name or not, and the right one after a wait is let in', async () => {
  const { hashed, options, pass } = held()
  const { signIn } = await aSiteOfPeople(options)

  for (const name of ['owner', 'nobody']) {
    const before = hashed.length
    const guesses = Array.from({ length: 100 }, (_, index) => signIn(name, `wrong ${index}`))
    const answers = (await Promise.all(guesses)).map(waitOf)

    expect(hashed.length - before).toBe(5)
    expect(answers.filter((answer) => answer === 'wrong')).toHaveLength(5)
    expect(answers.filter((answer) => answer === 1)).toHaveLength(95)
  }
  pass(1 * SECOND)
  expect(await signIn('owner')).toMatchObject({ status: 200 })
})

test('strangers who guess from everywhere do not keep the owner out where the owner has signed in', async () => {
  const { options } = held({ trustProxy: 1 })
  const { server } = await aSiteOfPeople(options)
  const from = async (address: string, password: string) => {
    const payload = { username: 'owner', password }
    const headers = { 'x-forwarded-for': address }
    return (await server.app.inject({ method: 'POST', url: '/api/sign-in', payload, headers })).statusCode
  }
  const [home, cafe] = ['203.0.113.9', '203.0.113.10']
  expect(await from(home, PASSWORD)).toBe(200)

  for (let index = 0; index < 100; index++) await from(`10.0.${index}.1`, 'wrong password')

  expect(await from(cafe, PASSWORD)).toBe(429)
  expect(await from(home, PASSWORD)).toBe(200)
})

test('a class of forty behind one address signs in at the same second, also after some were mistaken', async () => {
  const { options } = held()
  const { owner, server, signIn } = await aSiteOfPeople(options)
  const { body: invite } = await owner.post('/api/invites', {})
  const pupils = Array.from({ length: 40 }, (_, index) => `pupil${index}`)

  const arrivals = await Promise.all(pupils.map((name) => signUp(server, name, { invite: invite.code })))
  const mistaken = await Promise.all(pupils.slice(0, 10).map((name) => signIn(name, 'wrong password')))
  const signedIn = await Promise.all(pupils.map((name) => signIn(name)))

  const statuses = (answers: readonly Answered[]) => [...new Set(answers.map(({ status }) => status))]
  expect([arrivals, mistaken, signedIn].map(statuses)).toEqual([[201], [401], [200]])
})

test('one who guesses many names at once from the address of a class does not keep out who has been in from there', async () => {
  const { hashed, options } = held()
  const { signIn } = await aSiteOfPeople(options)
  await signIn('owner')
  const before = hashed.length

  const spray = Array.from({ length: 50 }, (_, index) => signIn(`user${index}`, 'wrong password'))
  await Promise.all(spray)
  const guessed = hashed.length - before
  const more = Array.from({ length: 50 }, (_, index) => signIn(`user${index}`, 'wrong again'))
  expect(new Set((await Promise.all(more)).map(waitOf))).toEqual(new Set([(guessed - 29) * 30]))

  expect(hashed.length - before).toBe(guessed)
  expect(guessed).toBeGreaterThanOrEqual(30)
  expect(await signIn('owner')).toMatchObject({ status: 200 })
})

function waitOf({ headers, status }: Answered): number | string {
  if (status === 429) return Number(headers.get('retry-after'))
  return status === 401 ? 'wrong' : `status ${status}`
}
