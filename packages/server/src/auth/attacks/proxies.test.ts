import { expect, test } from 'vitest'
import type { AppConfig } from '../../context.ts'
import { startServer } from '../../testing/start-server.ts'

const [CLIENT, PROXY, LIAR] = ['203.0.113.9', '10.1.2.3', '198.51.100.66']
const FORWARDED = {
  'x-forwarded-for': `${LIAR}, ${CLIENT}`,
  'x-forwarded-proto': 'https',
  'x-forwarded-host': 'localhost:1',
  forwarded: `for=${LIAR};proto=https;host=forged.example`,
}

interface Row {
  readonly trustProxy: AppConfig['trustProxy']
  readonly peer?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly address: string
  readonly isHttps?: boolean
}

const behind = (forwardedFor: string, address: string): Row => ({
  trustProxy: 1,
  headers: { 'x-forwarded-for': forwardedFor },
  address,
})

const rows: Readonly<Record<string, Row>> = {
  'no proxy is trusted': { trustProxy: false, headers: FORWARDED, address: PROXY },
  'one hop': { trustProxy: 1, headers: FORWARDED, address: CLIENT, isHttps: true },
  'one hop that adds nothing': { trustProxy: 1, address: PROXY },
  'two hops': {
    trustProxy: 2,
    headers: { 'x-forwarded-for': `${LIAR}, ${CLIENT}, 10.9.9.9` },
    address: CLIENT,
  },
  'a network that the peer is in': { trustProxy: ['10.0.0.0/8'], headers: FORWARDED, address: CLIENT, isHttps: true },
  'a network that the peer is not in': { trustProxy: ['10.0.0.0/8'], peer: LIAR, headers: FORWARDED, address: LIAR },
  'a network, of the standard header alone': {
    trustProxy: ['10.0.0.0/8'],
    headers: { forwarded: FORWARDED.forwarded },
    address: PROXY,
  },
  'a scheme in capitals': { trustProxy: 1, headers: { 'x-forwarded-proto': 'HTTPS' }, address: PROXY, isHttps: true },
  'a scheme that is none of ours': { trustProxy: 1, headers: { 'x-forwarded-proto': 'javascript' }, address: PROXY },
  'a scheme that a caller put before': {
    trustProxy: 1,
    headers: { 'x-forwarded-proto': 'https, http' },
    address: PROXY,
  },
  IPv6: behind('2001:db8::1', '2001:db8::1'),
  'IPv6 at length, in capitals': behind('2001:0DB8:0:0:0:0:0:1', '2001:db8::1'),
  'IPv6 with a port': behind('[2001:db8::1]:4711', '2001:db8::1'),
  'IPv6 with a zone': behind('fe80::1%eth0', 'fe80::1'),
  'IPv4 with a port': behind(`${CLIENT}:4711`, CLIENT),
  'IPv4 as IPv6': behind(`::ffff:${CLIENT}`, CLIENT),
  'IPv4 as IPv6 in hexadecimal': behind('::ffff:cb00:7109', CLIENT),
  'a word': behind('unknown', PROXY),
  'a name': behind('_hidden', PROXY),
  markup: behind('<script>alert(1)</script>', PROXY),
  'numbers that are no address': behind('999.1.1.1', PROXY),
  'nothing at the end': behind(`${CLIENT},`, CLIENT),
}

test('what a proxy says of address, scheme and host is believed of trusted ones alone, and is one spelling of each', async () => {
  const servers = new Map<string, ReturnType<typeof aServer>>()

  for (const [what, { address, headers = {}, isHttps = false, peer = PROXY, trustProxy }] of Object.entries(rows)) {
    const key = JSON.stringify(trustProxy)
    const { admin, alice, app } = await (servers.get(key) ??
      servers.set(key, aServer(trustProxy)).get(key) ??
      aServer(false))
    const asked = { remoteAddress: peer, headers: { host: 'localhost', ...headers } }
    const begun = await app.inject({
      ...asked,
      method: 'POST',
      url: '/api/sessions',
      headers: { ...asked.headers, authorization: `Bearer ${alice.token}` },
    })
    const [cookie = ''] = String(begun.headers['set-cookie']).split(';')
    const listed = await app.inject({ ...asked, url: '/api/sessions', headers: { ...asked.headers, cookie } })
    const { entries } = (await admin.get('/api/audit?type=session.started&limit=1')).body

    expect([what, begun.statusCode, listed.json().sessions?.[0]?.address]).toEqual([what, 204, address])
    expect([what, entries[0].address]).toEqual([what, address])
    expect([what, cookie.startsWith('__Host-suda=')]).toEqual([what, isHttps])
    expect([what, 'strict-transport-security' in begun.headers]).toEqual([what, isHttps])
  }
})

test('a host that no trusted proxy forwarded opens no door, and a foreign one that it did opens none either', async () => {
  const untrusting = await startServer()
  const trusting = await startServer({ config: { trustProxy: ['10.0.0.0/8'] } })
  const statusOf = async ({ app }: typeof trusting, peer: string, host: string, forwarded: string) =>
    (await app.inject({ url: '/api/site', remoteAddress: peer, headers: { host, 'x-forwarded-host': forwarded } }))
      .statusCode

  expect(await statusOf(untrusting, PROXY, 'forged.example', 'localhost')).toBe(421)
  expect(await statusOf(trusting, LIAR, 'forged.example', 'localhost')).toBe(421)
  expect(await statusOf(trusting, PROXY, 'upstream', 'localhost')).toBe(200)
  expect(await statusOf(trusting, PROXY, 'localhost', 'forged.example')).toBe(421)
  expect(await statusOf(trusting, PROXY, 'localhost', 'localhost, forged.example')).toBe(421)
})

async function aServer(trustProxy: AppConfig['trustProxy']) {
  const { addUser, app } = await startServer({ config: { trustProxy } })
  const alice = await addUser('alice', 'owner')
  const token = await alice.addToken(['admin', 'read'])
  return { app, alice, admin: alice.with({ authorization: `Bearer ${token}` }) }
}
