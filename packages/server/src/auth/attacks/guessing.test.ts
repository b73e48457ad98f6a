import { expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD, setUp, signUp } from '../../testing/a-site-of-people.ts'
import { quickPasswords } from '../../testing/quick-passwords.ts'
import { startServer, type ServerOptions } from '../../testing/start-server.ts'
import type { Answered } from '../../testing/a-client.ts'

const SECOND = 1_000

test('the code of the set-up is guessed ten times from an address, whatever addresses the guesser forges; whoever waits gets in', async () => {
  const { options, pass } = held()
  const server = await startServer(options)
  const wrong = Array.from({ length: 10 }, () => setUp(server, { code: 'wrong' }))
  expect(new Set((await Promise.all(wrong)).map(({ status }) => status))).toEqual(new Set([403]))

  const statuses = new Set<number>()
  for (let index = 0; index < 2_000; index++) {
    const answered = await server.app.inject({
      method: 'POST',
      url: '/api/setup',
      payload: { code: `wrong${index}`, siteName: 'x', username: 'mallory', password: PASSWORD },
      headers: { 'x-forwarded-for': `10.${index >> 8}.${index & 255}.1`, forwarded: `for=10.0.0.${index & 255}` },
    })
    statuses.add(answered.statusCode)
  }

  expect(statuses).toEqual(new Set([429]))
  const refused = await setUp(server)
  expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } })
  expect(refused.headers.get('retry-after')).toBe('90')
  pass(90 * SECOND)
  expect(await setUp(server)).toMatchObject({ status: 201 })
}, 60_000)

test('behind a proxy an address is its network however it is written, and a hundred guesses are all there are', async () => {
  const { options } = held({ trustProxy: 1 })
  const { app } = await startServer(options)
  const guess = async (from: string) => {
    const payload = { code: 'wrong', siteName: 'x', username: 'mallory', password: PASSWORD }
    const headers = { 'x-forwarded-for': from }
    return (await app.inject({ method: 'POST', url: '/api/setup', payload, headers })).statusCode
  }
  const spellings =
    '2001:db8::1 2001:db8::2 2001:db8:0:0:ffff:: 2001:0db8::3 2001:DB8::4 [2001:db8::5]:4711 2001:db8::6%eth0 ' +
    '2001:db8:0::7 2001:db8::1.2.3.4 2001:db8::8'

  for (const from of spellings.split(' ')) expect([from, await guess(from)]).toEqual([from, 403])
  expect(await guess('2001:db8::9')).toBe(429)
  expect(await guess('2001:db8:0:1::9')).toBe(403)
  for (let index = 0; index < 10; index++) {
    const from = [`203.0.113.9:${index}`, '::ffff:203.0.113.9', '::ffff:cb00:7109'][index % 3] ?? ''
    expect([from, await guess(from)]).toEqual([from, 403])
  }
  expect(await guess('203.0.113.9')).toBe(429)
  for (let index = 0; index < 79; index++) expect(await guess(`10.0.${index}.1`)).toBe(403)
  expect(await guess('10.1.1.1')).toBe(429)
})

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

test('tokens, cookies and codes of invites are guessed sixty and a hundred and twenty times from an address, and who has a true one goes on', async () => {
  const { options } = held()
  const { owner, server } = await aSiteOfPeople(options)
  const [name = ''] = (owner.headers.cookie ?? '').split('=')
  const secretOf = (index: number) => String(index).padStart(43, 'A')
  const guess = async (index: number) => {
    const headers =
      index % 2 === 0 ? { authorization: `Bearer suda_${secretOf(index)}` } : { cookie: `${name}=${secretOf(index)}` }
    return (await server.anyone.with(headers).get('/api/me')).status
  }
  const preview = async (index: number) => (await server.anyone.get(`/api/invites/${secretOf(index)}/preview`)).status

  const guesses: number[] = []
  for (let index = 0; index < 62; index++) guesses.push(await guess(index))
  expect(guesses).toEqual([...Array.from({ length: 60 }, () => 401), 429, 429])

  const previews: number[] = []
  for (let index = 0; index < 121; index++) previews.push(await preview(index))
  expect(previews.slice(0, 120)).not.toContain(429)
  expect(previews).not.toContain(200)
  expect(previews[120]).toBe(429)
  expect(await owner.get('/api/me')).toMatchObject({ status: 200 })
})

/** The limits as they are, by a clock of the test. */
function held(config: ServerOptions['config'] = {}) {
  let time = 0
  const { hashed, passwords } = quickPasswords()
  const pass = (ms: number) => {
    time += ms
  }
  return { hashed, pass, options: { config, limits: {}, passwords, now: () => time } }
}

function waitOf({ headers, status }: Answered): number | string {
  if (status === 429) return Number(headers.get('retry-after'))
  return status === 401 ? 'wrong' : `status ${status}`
}
