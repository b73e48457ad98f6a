import { expect, test } from 'vitest'
import { aClient } from '../testing/a-client.ts'
import { aFolder, startSuda, suda, type RunOptions } from '../testing/run-suda.ts'

const details = ['erasing', 'feed', 'status', 'storage', 'streams', 'version']

test('/health and /metrics are told to programs of this machine and to tokens that were made for it, /health in short to all', async () => {
  const options: RunOptions = { cwd: aFolder(), stdin: 'correct horse' }
  const { url } = await startSuda(options, ['--public-url', 'http://chat.example'])
  await suda(['user', 'add', 'alice', '--password-stdin', '--role', 'owner'], options)
  const withMetrics = { authorization: `Bearer ${await tokenOf('metrics', options)}` }
  const without = { authorization: `Bearer ${await tokenOf('read,write,admin', options)}` }
  const ask = async (headers: Record<string, string>) => {
    const [health, metrics] = await Promise.all(
      ['/health', '/metrics'].map((path) => aClient(url, undefined, headers).get(path)),
    )
    return [health?.status, Object.keys(health?.body ?? {}).sort(), metrics?.status]
  }
  const forwarded = { 'x-forwarded-for': '192.0.2.7' }

  expect(await ask({})).toEqual([200, details, 200])
  expect(await ask(without)).toEqual([200, details, 200])
  expect(await ask({ ...withMetrics, ...forwarded })).toEqual([200, details, 200])
  const short = ['status', 'version']
  expect(await ask(forwarded)).toEqual([200, short, 401])
  expect(await ask({ forwarded: 'for=192.0.2.7' })).toEqual([200, short, 401])
  expect(await ask({ via: '1.1 proxy' })).toEqual([200, short, 401])
  expect(await ask({ ...without, ...forwarded })).toEqual([200, short, 403])
})

test('the figures that api.md promises are there', async () => {
  const { url } = await startSuda({ cwd: aFolder() })
  await fetch(`${url}/api/site`)

  const response = await fetch(`${url}/metrics`)

  const text = await response.text()
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  for (const name of [
    'suda_streams',
    'suda_deliveries_total',
    'suda_coalesced_frames_total',
    'suda_resets_total',
    'suda_replays_total',
    'suda_ring_bytes',
    'suda_feed_lag_seconds',
    'suda_commit_groups_total',
    'suda_commits_total',
    'suda_commit_seconds_total',
    'nodejs_eventloop_lag_seconds',
  ]) {
    expect(text).toContain(`\n# TYPE ${name} `)
  }
  expect(text).toMatch(/suda_http_request_duration_seconds_count\{method="GET",route="\/api\/site",status="200"\} 1/)
})

test('?live is answered while the process runs, other queries are refused', async () => {
  const { url } = await startSuda({ cwd: aFolder() })

  expect((await fetch(`${url}/health?live`)).status).toBe(200)
  expect((await fetch(`${url}/health?alive`)).status).toBe(422)
})

async function tokenOf(scopes: string, options: RunOptions): Promise<string> {
  const { stdout } = await suda(['token', 'add', 'alice', '--label', scopes, '--scopes', scopes], options)
  return stdout.trim()
}
