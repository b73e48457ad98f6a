import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { routes } from '../app.ts'
import { startServer } from '../testing/start-server.ts'

test('the reference names every route, refers to nothing that is not in it, and is the committed one but for the prefix', async () => {
  const { anyone } = await startServer({ config: { publicUrl: 'https://example.org/chat' } })

  const { body, status, text } = await anyone.get('/api/openapi.json')
  const committed: unknown = JSON.parse(readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'))
  const named = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )

  expect(status).toBe(200)
  expect(named.toSorted()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).toSorted())
  for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
    expect(body.components.schemas).toHaveProperty(name)
  expect(body.servers).toEqual([{ url: '/chat' }])
  expect({ ...body, servers: undefined, info: undefined }).toEqual({
    ...(committed as object),
    servers: undefined,
    info: undefined,
  })
})
