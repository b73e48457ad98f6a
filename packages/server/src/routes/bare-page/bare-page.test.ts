import { expect, test } from 'vitest'
import { startServer } from '../../testing/start-server.ts'

test('the page runs what its nonce names and nothing else, and each load has another one', async () => {
  const { anyone } = await startServer()

  const [first, second] = [await anyone.get('/'), await anyone.get('/')]
  const nonceOf = ({ text }: { text: string }) => /<script[^>]* nonce="([\w-]{22})"/.exec(text)?.[1]

  expect(first.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(first.headers.get('content-security-policy')).toContain(`script-src 'nonce-${nonceOf(first)}'`)
  expect(first.headers.get('content-security-policy')).toMatch(
    /default-src 'none'.*connect-src 'self'.*frame-ancestors 'none'/,
  )
  expect(nonceOf(first)).not.toBe(nonceOf(second))
  expect(first.text).not.toMatch(/<script(?![^>]*src)|\sstyle=|\son\w+=/)
})

test('below a prefix the page names its parts by relative addresses, and the prefix alone leads to it', async () => {
  const { anyone, app } = await startServer({ config: { publicUrl: 'https://example.org/chat' } })

  const page = await anyone.get('/')
  const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address)

  expect(parts.toSorted((a = '', b = '') => a.localeCompare(b))).toEqual(['page.css', 'page.js', 'page.svg'])
  for (const part of parts) expect(await anyone.get(`/${part}`), part).toMatchObject({ status: 200 })
  expect(await app.inject({ url: '/chat' })).toMatchObject({ statusCode: 308, headers: { location: '/chat/' } })
})

test('what one part of the page imports of another is there', async () => {
  const { anyone } = await startServer()
  const open = ['/page.js']
  const seen = new Set<string>()

  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue
    seen.add(path)
    const { headers, status, text } = await anyone.get(path)
    expect([path, status, headers.get('content-type')]).toEqual([path, 200, 'text/javascript; charset=utf-8'])
    for (const [, name = ''] of text.matchAll(/^(?:import|\}).* from '(.+)'$/gm)) {
      open.push(new URL(name, `http://page${path}`).pathname)
    }
  }

  expect(seen.size).toBeGreaterThan(5)
})

test('each way in is the same page', async () => {
  const { anyone } = await startServer()
  const without = (text: string) => text.replaceAll(/ nonce="[^"]+"/g, '')
  const chat = await anyone.get('/')

  for (const path of ['/set-up', '/sign-in', '/sign-up', '/invite']) {
    expect(without((await anyone.get(path)).text), path).toBe(without(chat.text))
  }
})
