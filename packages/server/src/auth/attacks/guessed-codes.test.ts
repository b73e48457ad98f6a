import { expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD, setUp } from '../../testing/a-site-of-people.ts'
import { held } from '../../testing/held.ts'
import { startServer } from '../../testing/start-server.ts'

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
