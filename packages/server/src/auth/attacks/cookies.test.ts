import { expect, test } from 'vitest'
import { aSiteOfPeople, PASSWORD } from '../../testing/a-site-of-people.ts'
import { byCookie, cookieIn } from '../../testing/by-cookie.ts'
import { startServer, type TestServer } from '../../testing/start-server.ts'

test('a cookie of another server on the same host is worth nothing, and neither signs the other out', async () => {
  const [here, there] = [await startServer(), await startServer()]
  const [alice, other] = [await here.addUser('alice'), await there.addUser('alice')]
  const [ours, theirs] = [await alice.post('/api/sessions'), await other.post('/api/sessions')]
  // A browser knows no ports: it sends each of them the cookies of both.
  const cookie = `${cookieIn(theirs.headers)}; ${cookieIn(ours.headers)}`
  const [name = '', secret = ''] = cookieIn(ours.headers).split('=')
  const [otherName = '', otherSecret = ''] = cookieIn(theirs.headers).split('=')

  expect(name).not.toBe(otherName)
  for (const server of [here, there]) expect(await statusOf(server, cookie)).toBe(200)
  expect(await statusOf(here, cookieIn(theirs.headers))).toBe(401)
  expect(await statusOf(here, `${name}=${otherSecret}`)).toBe(401)
  expect(await statusOf(there, `${otherName}=${secret}`)).toBe(401)

  const out = await here.anyone.with({ cookie, origin: here.url }).post('/api/sign-out')
  expect(out.headers.get('set-cookie')).toContain(`${name}=;`)
  expect(await statusOf(here, cookie)).toBe(401)
  expect(await statusOf(there, cookie)).toBe(200)
})

test('a secret does not go from one scheme to the other, under either name', async () => {
  const server = await startServer({ config: { publicUrl: 'https://example.org', trustProxy: 1 } })
  const alice = await server.addUser('alice')
  const ways = {
    public: { host: 'example.org' },
    'by the proxy': { host: 'localhost', 'x-forwarded-proto': 'https' },
    plain: { host: 'localhost' },
  }
  const begin = async (headers: Record<string, string>) => {
    const authorization = `Bearer ${alice.token}`
    const begun = await server.app.inject({
      method: 'POST',
      url: '/api/sessions',
      headers: { ...headers, authorization },
    })
    return String(begun.headers['set-cookie'])
  }
  const isIn = async (headers: Record<string, string>, cookie: string) =>
    (await server.app.inject({ url: '/api/me', headers: { ...headers, cookie } })).statusCode === 200

  for (const [begunBy, headers] of Object.entries(ways)) {
    const whole = await begin(headers)
    const [cookie = ''] = whole.split(';')
    const isSecure = begunBy !== 'plain'
    // A browser refuses a `__Host-` cookie without these.
    expect([begunBy, whole.includes('; Path=/; HttpOnly; Secure')]).toEqual([begunBy, isSecure])
    expect(whole).not.toContain('Domain')
    for (const [way, others] of Object.entries(ways)) {
      expect([begunBy, way, await isIn(others, cookie)]).toEqual([begunBy, way, isSecure === (way !== 'plain')])
    }
  }
})

test('of several cookies of the name the first counts, as a browser sends the most special one first, and only as it was given', async () => {
  const server = await startServer()
  const alice = await server.addUser('alice')
  const cookie = cookieIn((await alice.post('/api/sessions')).headers)
  const [name = '', secret = ''] = cookie.split('=')
  const many = Array.from({ length: 100 }, (_, index) => `c${index}=${name}`).join('; ')

  const cases: [cookie: string, status: number][] = [
    [`${cookie}; ${name}=tossed`, 200],
    [`${name}=tossed; ${cookie}`, 401],
    [`${many}; ${cookie}`, 200],
    [`${cookie};${many}`, 200],
    [`  ;; ;${cookie} ; `, 200],
    [`other="; ${cookie}`, 200],
    [`${name}="${secret}"`, 401],
    [`${name}=${secret}x`, 401],
    [`${name}=${secret.slice(0, -1)}`, 401],
    [`${name}=${encodeURIComponent(`${secret} `)}`, 401],
    [`${name.toUpperCase()}=${secret}`, 401],
    [`x${cookie}`, 401],
    [`${name} =${secret}`, 401],
    [`${name}=`, 401],
    [name, 401],
    [`__Host-suda=${secret}`, 401],
    ['='.repeat(4_000), 401],
    [`${name}=${'x'.repeat(8_000)}`, 401],
    ['__proto__=x; constructor=x', 401],
  ]
  for (const [sent, status] of cases)
    expect([sent.slice(0, 80), await statusOf(server, sent)]).toEqual([sent.slice(0, 80), status])
})

test('a session that somebody planted is not the one that a sign-in begins', async () => {
  const { owner, server, signIn } = await aSiteOfPeople()
  const [name = ''] = (owner.headers.cookie ?? '').split('=')
  const planted = `${name}=${'p'.repeat(43)}`
  const victim = server.anyone.with({ cookie: planted, origin: server.url })

  const signedIn = await victim.post('/api/sign-in', { username: 'owner', password: PASSWORD })
  const again = await byCookie(server.anyone, signedIn).post('/api/sign-in', { username: 'owner', password: PASSWORD })
  const third = await signIn('owner')

  expect(signedIn.status).toBe(200)
  const secrets = [
    planted,
    owner.headers.cookie ?? '',
    ...[signedIn, again, third].map(({ headers }) => cookieIn(headers)),
  ]
  expect(new Set(secrets).size).toBe(5)
  expect(await statusOf(server, planted)).toBe(401)
})

test('a sign-in ends the session that the browser had before, whosever it was, and no other one', async () => {
  const { invite, server, signIn } = await aSiteOfPeople()
  const [planted, elsewhere] = [await invite('mallory'), byCookie(server.anyone, await signIn('mallory'))]
  const body = { username: 'owner', password: PASSWORD }

  const refused = await planted.post('/api/sign-in', { ...body, password: 'wrong password' })
  expect([refused.status, (await planted.get('/api/me')).status]).toEqual([401, 200])
  const first = byCookie(server.anyone, await planted.post('/api/sign-in', body))
  const second = byCookie(server.anyone, await first.post('/api/sign-in', body))

  expect(await second.get('/api/me')).toMatchObject({ body: { user: { username: 'owner' } } })
  for (const replaced of [planted, first]) expect(await replaced.get('/api/me')).toMatchObject({ status: 401 })
  expect(await elsewhere.get('/api/me')).toMatchObject({ status: 200 })
})

test('so does a sign-up, and one that is refused does not', async () => {
  const { invite } = await aSiteOfPeople({ config: { signUp: 'open' } })
  const planted = await invite('mallory')

  const refused = await planted.post('/api/sign-up', { username: 'mallory', password: PASSWORD })
  expect([refused.status, (await planted.get('/api/me')).status]).toEqual([409, 200])
  const alice = byCookie(planted, await planted.post('/api/sign-up', { username: 'alice', password: PASSWORD }))

  expect(await alice.get('/api/me')).toMatchObject({ body: { user: { username: 'alice' } } })
  expect(await planted.get('/api/me')).toMatchObject({ status: 401 })
})

async function statusOf(server: TestServer, cookie: string): Promise<number> {
  return (await server.anyone.with({ cookie }).get('/api/me')).status
}
