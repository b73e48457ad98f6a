import { expect, test } from 'vitest'
import { routes } from '../../app.ts'
import { aSiteOfPeople, PASSWORD } from '../../testing/a-site-of-people.ts'

/** What a page of somebody else could send as `Origin`, or make a browser send, where the site is `http://HOST:PORT`. */
const foreignOrigins = (host: string, port: string): readonly string[] => [
  'null',
  '',
  'http://evil.example',
  `http://${host}`,
  `http://${host}:1`,
  `http://${host}:${port}0`,
  `https://${host}:${port}`,
  `HTTP://${host}:${port}`,
  `http://${host}:${port}/`,
  `http://${host}.:${port}`,
  `http://${host}:${port}.evil.example`,
  `http://${host}.evil.example:${port}`,
  `http://evil${host}:${port}`,
  `http://evil.${host}:${port}`,
  `http://user@${host}:${port}`,
  `http://${host}:${port}@evil.example`,
  `http://${host}:${port} http://evil.example`,
  `http://evil.example, http://${host}:${port}`,
  `http://localhost:${port}`,
  `http://[::ffff:127.0.0.1]:${port}`,
  `http://2130706433:${port}`,
  `http:\\\\${host}:${port}`,
  `//${host}:${port}`,
  `${host}:${port}`,
  'file://',
  'chrome-extension://abcdefghijklmnop',
]

test('with a cookie no call that changes something is taken from another origin, or from none, and nothing is changed', async () => {
  const { owner, server } = await aSiteOfPeople()
  const { hostname, host, port } = new URL(server.url)
  const unsafe = routes.filter(({ method }) => method !== 'GET')
  const head = await server.storage.head()
  const origins = foreignOrigins(hostname, port).map((origin) => ({ origin }))
  const ways: Record<string, string>[] = [
    {},
    ...origins,
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ]

  expect(unsafe.length).toBeGreaterThan(20)
  for (const { method, path } of unsafe) {
    const url = path.replaceAll(/:\w+/g, 'me')
    for (const way of ways) {
      const headers = { host, cookie: owner.headers.cookie, ...way }
      const answered = await server.app.inject({ method, url, headers, payload: {} })
      expect([method, url, way, answered.statusCode]).toEqual([method, url, way, 403])
      expect(answered.json().code).toBe('csrf')
      expect(answered.headers).not.toHaveProperty('set-cookie')
    }
  }
  expect(await server.storage.head()).toEqual(head)
  expect(await owner.get('/api/me')).toMatchObject({ status: 200 })
}, 40_000)

test('nobody is signed in, signed up or made the owner by a page of another origin', async () => {
  const { server } = await aSiteOfPeople({ config: { signUp: 'open' } })
  const { hostname, port } = new URL(server.url)

  for (const origin of foreignOrigins(hostname, port)) {
    for (const [path, body] of [
      ['/api/sign-in', { username: 'owner', password: PASSWORD }],
      ['/api/sign-up', { username: 'mallory', password: PASSWORD }],
      ['/api/setup', { code: 'x', siteName: 'x', username: 'mallory', password: PASSWORD }],
    ] as const) {
      const answered = await server.anyone.post(path, body, { headers: { origin } })
      expect([path, origin, answered.status, answered.body.code]).toEqual([path, origin, 403, 'csrf'])
      expect(answered.headers.get('set-cookie')).toBeNull()
    }
  }
  const body = { username: 'owner', password: PASSWORD }
  const { origin } = new URL(server.url)
  expect(await server.anyone.post('/api/sign-in', body, { headers: { origin } })).toMatchObject({ status: 200 })
  expect(await server.anyone.post('/api/sign-in', body)).toMatchObject({ status: 200 })
})

test('what a form can send is not taken from the own origin either', async () => {
  const { owner, server } = await aSiteOfPeople()
  const text = JSON.stringify({ text: 'forged' })

  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
    const headers = { 'content-type': type }
    const posted = await owner.send('POST', '/api/rooms/general/messages', { body: text, headers })
    expect([type, posted.status]).toEqual([type, 415])
    expect(await owner.send('POST', '/api/sign-out', { body: '{}', headers })).toMatchObject({ status: 415 })
  }
  expect((await owner.get('/api/rooms/general/messages')).body.messages).toEqual([])
  expect(await server.anyone.get('/api/rooms/general/messages')).toMatchObject({ status: 401 })
})

test('reading changes nothing, by whatever method that counts as safe', async () => {
  const { owner, server } = await aSiteOfPeople()
  const head = await server.storage.head()

  for (const url of ['/api/sign-out', '/api/sign-in', '/api/rooms/general/messages', '/api/me/password']) {
    for (const method of ['GET', 'HEAD'] as const) await server.app.inject({ method, url, headers: owner.headers })
    for (const method of ['OPTIONS', 'PROPFIND']) {
      expect([method, url, (await owner.send(method, url)).status]).toEqual([method, url, 405])
    }
  }
  expect(await server.storage.head()).toEqual(head)
  expect(await owner.get('/api/me')).toMatchObject({ status: 200 })
})
