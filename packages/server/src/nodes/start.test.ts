import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { formatCursor } from '@suda/protocol'
import { expect, test } from 'vitest'
import type { Client } from '../testing/a-client.ts'
import { aSharedSite, at } from '../testing/a-shared-site.ts'
import { suda } from '../testing/run-suda.ts'

test('processes that start while another one writes tell the same as that one, of every room that opens and closes', async () => {
  const site = await aSharedSite()
  const [alice, bob, carol] = [await site.addUser('alice'), await site.addUser('bob'), await site.addUser('carol')]
  for (const slug of ['first', 'second', 'third']) await site.addRoom(slug, { owner: alice, members: [bob] })
  const { epoch, position } = await site.storage.head()
  const writing = { isOver: false }

  const written = writeUntil(writing, alice)
  const nodes = await Promise.all([site.startNode(), site.startNode()])
  writing.isOver = true
  expect(await written).toBeGreaterThan(0)

  for (const reader of [bob, carol]) {
    const expected = await toldSince(reader, formatCursor(epoch, position))
    expect(expected.length).toBeGreaterThan(0)
    for (const node of nodes) {
      expect(await toldSince(at(node, reader), formatCursor(epoch, position))).toEqual(expected)
      expect(await readableTo(at(node, reader))).toEqual(await readableTo(reader))
    }
  }
})

test('no process on a MongoDB needs a data folder, and the command line needs no process', async () => {
  const site = await aSharedSite()
  const options = { ...site.options, stdin: 'correct horse' }

  expect(await suda(['user', 'add', 'alice', '--password-stdin', '--role', 'owner'], options)).toMatchObject({
    code: 0,
  })
  const token = (await suda(['token', 'add', 'alice', '--label', 'x'], options)).stdout.trim()
  const node = await site.startNode(['--data', '/dev/null/data'])
  expect(await suda(['room', 'add', 'plans', '--owner', 'alice'], options)).toMatchObject({ code: 0, stderr: '' })

  const alice = at(node, site.anyone).with({ authorization: `Bearer ${token}` })
  expect((await alice.get('/api/rooms/plans')).body).toMatchObject({
    room: { slug: 'plans', my: { role: 'moderator' } },
  })
  expect(await alice.send('POST', '/api/cli', { body: '{}' })).toMatchObject({ status: 404 })
  expect(existsSync(join(options.cwd, 'data'))).toBe(false)
})

/** Posts, and lets a room be public or private, somebody in or out. Answers how often. */
async function writeUntil(writing: { readonly isOver: boolean }, alice: Client): Promise<number> {
  for (let round = 0; ; round++) {
    if (writing.isOver) return round
    const room = `/api/rooms/${['first', 'second', 'third'][round % 3]}`
    await alice.post(`${room}/messages`, { text: `round ${round}` })
    await alice.patch(room, { visibility: round % 2 === 0 ? 'private' : 'public' })
    if (round % 4 < 2) await alice.put(`${room}/members/carol`, {})
    else await alice.delete(`${room}/members/carol`)
  }
}

async function toldSince(reader: Client, from: string): Promise<unknown[]> {
  const told: unknown[] = []
  for (let cursor = from; ;) {
    const { body } = await reader.get(`/api/feed?cursor=${cursor}`, { headers: { accept: 'application/json' } })
    told.push(...body.changes, ...(body.reset === undefined ? [] : [body.reset]))
    if (body.changes.length === 0) return told
    cursor = body.cursor
  }
}

async function readableTo(reader: Client): Promise<number[]> {
  const answers = ['first', 'second', 'third'].map((room) => reader.get(`/api/rooms/${room}`))
  return (await Promise.all(answers)).map(({ status }) => status)
}
