import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { aClient } from './testing/a-client.ts'
import { aFolder, startSuda, suda, type RunOptions } from './testing/run-suda.ts'

test('DL14: a stop answers what has begun, says bye to all streams, and is over within 2 s', async () => {
  const options: RunOptions = { cwd: aFolder(), stdin: 'correct horse' }
  const server = await startSuda(options)
  await suda(['user', 'add', 'alice', '--password-stdin', '--role', 'owner'], options)
  const headers = {
    authorization: `Bearer ${(await suda(['token', 'add', 'alice', '--label', 'x'], options)).stdout.trim()}`,
  }
  const alice = aClient(server.url, undefined, headers)
  const stream = await fetch(`${server.url}/api/feed`, { headers })
  const mute = aMuteReader(server.url, headers.authorization)
  const acknowledged = new Set<string>()
  const writers = Array.from({ length: 4 }, () => postUntilRefused(alice, acknowledged))
  await expect.poll(() => acknowledged.size, { timeout: 10_000 }).toBeGreaterThan(20)

  const from = performance.now()
  server.kill('SIGTERM')
  const { code } = await server.ended

  expect(code).toBe(0)
  expect(performance.now() - from).toBeLessThan(2_000)
  await Promise.all(writers)
  mute.destroy()
  expect(await stream.text()).toMatch(/\nretry: \d+\n\nevent: bye\ndata: \{"reason":"shutdown","reconnect":true\}\n\n$/)
  const again = await startSuda(options)
  const stored = await allIds(aClient(again.url, undefined, headers))
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([])
})

async function postUntilRefused(client: ReturnType<typeof aClient>, acknowledged: Set<string>): Promise<void> {
  for (;;) {
    const id = randomUUID()
    const answer = await client
      .post('/api/rooms/general/messages', { id, text: 'x'.repeat(1_000) })
      .catch(() => undefined)
    if (answer?.status !== 201) return
    acknowledged.add(id)
  }
}

/** Opens a stream and never reads it. */
function aMuteReader(url: string, authorization: string) {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname).pause()
  socket.on('error', () => {})
  socket.write(`GET /api/feed HTTP/1.1\r\nHost: ${host}\r\nAuthorization: ${authorization}\r\n\r\n`)
  return socket
}

async function allIds(client: ReturnType<typeof aClient>): Promise<Set<string>> {
  const ids = new Set<string>()
  for (let after = 0; ;) {
    const { messages } = (await client.get(`/api/rooms/general/messages?after=${after}&limit=200`)).body as {
      messages: { id: string; seq: number }[]
    }
    for (const { id } of messages) ids.add(id)
    const last = messages.at(-1)
    if (last === undefined) return ids
    after = last.seq
  }
}
