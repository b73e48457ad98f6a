import { expect, test } from 'vitest'
import { aSiteOfPeople } from '../../testing/a-site-of-people.ts'
import { speakHttp } from '../../testing/speak-http.ts'
import { startServer } from '../../testing/start-server.ts'

/** A name of the attacker, pointed at the server when its page has been loaded. */
const REBOUND = 'rebound.example'

test('a foreign name that is pointed at the server gets 421 wherever it asks, whoever asks, and nothing is looked up', async () => {
  const server = await startServer()
  const alice = await server.addUser('alice')
  await server.addRoom('general', { owner: alice })
  const paths =
    '/ /sign-in /page.js /health /metrics /api/openapi.json /api/site /api/me /nowhere /api/feed ' +
    '/api/rooms/general/feed /api/rooms/nowhere/feed /api/sync'
  const asked = paths.split(' ').map((url) => ({ method: 'GET' as const, url }))
  const changes = ['/api/setup', '/api/sign-in', '/api/sign-up', '/api/sign-out', '/api/rooms'].map((url) => ({
    method: 'POST' as const,
    url,
    payload: {},
  }))

  for (const request of [...asked, ...changes]) {
    const answers = await Promise.all(
      [alice.token, 'suda_wrong', undefined].map((token) =>
        server.app.inject({
          ...request,
          headers: { host: `${REBOUND}:3000`, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
        }),
      ),
    )
    for (const answer of answers) {
      expect([request.url, answer.statusCode, answer.json().code]).toEqual([request.url, 421, 'misdirected'])
      expect(answer.headers).not.toHaveProperty('set-cookie')
    }
    expect(new Set(answers.map((answer) => JSON.stringify({ ...answer.json(), requestId: '' }))).size).toBe(1)
  }
  expect(server.hub.status().streams).toEqual({ personal: 0, room: 0 })
  expect(await alice.get('/api/rooms')).toMatchObject({ status: 200, body: { rooms: [{ slug: 'general' }] } })
})

test('a request that names two hosts is refused, whichever of them is ours', async () => {
  const { url } = await startServer()
  const { host } = new URL(url)
  const ask = async (head: string) => {
    const answer = await speakHttp(url, `${head}\r\nConnection: close\r\n\r\n`)
    return /^HTTP\/1\.1 (\d+)/.exec(answer.head)?.[1]
  }

  expect(await ask(`GET /api/site HTTP/1.1\r\nHost: ${host}`)).toBe('200')
  expect(await ask(`GET http://${host}/api/site HTTP/1.1\r\nHost: ${host}`)).toBe('200')
  for (const [first, second] of [
    [host, REBOUND],
    [REBOUND, host],
    [host, host],
  ]) {
    expect(await ask(`GET /api/site HTTP/1.1\r\nHost: ${first}\r\nhOST: ${second}`)).toBe('400')
  }
  expect(await ask(`GET http://${REBOUND}/api/site HTTP/1.1\r\nHost: ${host}`)).toBe('421')
  expect(await ask(`GET http://${host}@${REBOUND}/api/site HTTP/1.1\r\nHost: ${host}`)).toBe('421')
  expect(await ask(`GET http://${REBOUND}/api/site HTTP/1.1\r\nHost: ${REBOUND}`)).toBe('421')
  expect(await ask('GET /api/site HTTP/1.1')).toBe('400')
})

test('the link of an invite names the public address, or where there is none the host that was asked, never a forged one', async () => {
  const forged = { 'x-forwarded-host': REBOUND, 'x-forwarded-proto': 'https', forwarded: `host=${REBOUND}` }
  const near = await aSiteOfPeople()
  const far = await startServer({ config: { publicUrl: 'https://chat.example.org/chat', trustProxy: ['10.0.0.0/8'] } })
  const carol = await far.addUser('carol', 'owner')

  const atOnce = await near.owner.post('/api/invites', {}, { headers: forged })
  const byAddress = await carol.post('/api/invites', {}, { headers: forged })
  const misled = await far.app.inject({
    method: 'POST',
    url: '/chat/api/invites',
    headers: { host: REBOUND, authorization: `Bearer ${carol.token}` },
  })

  expect(atOnce.body.url).toBe(`${near.server.url}/invite#${atOnce.body.code}`)
  expect(byAddress.body.url).toBe(`https://chat.example.org/chat/invite#${byAddress.body.code}`)
  expect(misled.statusCode).toBe(421)
})
