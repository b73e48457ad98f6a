import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { aClient, type Client } from './testing/a-client.ts'
import { aFolder, startSuda, suda, type RunOptions } from './testing/run-suda.ts'

/** Rows are settled when nobody has written for a second. */
const settled = { timeout: 15_000, interval: 200 }

const hasShell = spawnSync('sqlite3', ['--version']).status === 0

test('a row that the sqlite3 shell inserts becomes a message of its author, a refused one says why', async (context) => {
  context.skip(!hasShell, 'missing: sqlite3')
  const options: RunOptions = { cwd: aFolder(), stdin: 'correct horse' }
  const { url } = await startSuda(options)
  const alice = await anOwner(url, options)

  await sqlite(
    options,
    `insert into messages(room, author, text) values
    ('general', 'alice', 'deployed'), ('nowhere', 'alice', 'x'), ('general', 'nobody', 'x'), ('general', 'alice', x'00ff'), (null, 'alice', 'x')`,
  )

  await expect
    .poll(() => sqlite(options, 'select room, author, error from messages order by id'), settled)
    .toBe(
      [
        'nowhere|alice|not_found: There is nothing here that you may see',
        'general|nobody|not_found: There is no such author.',
        'general|alice|validation_failed: There is no text in “text”.',
        '|alice|validation_failed: There is no text in “room”.\n',
      ].join('\n'),
    )
  const { messages } = (await alice.get('/api/rooms/general/messages')).body as { messages: object[] }
  expect(messages).toMatchObject([{ text: 'deployed', authorId: alice.userId, via: { kind: 'inbox' } }])
})

test('rows that were inserted while no server ran are messages when it is ready, each once', async (context) => {
  context.skip(!hasShell, 'missing: sqlite3')
  const options: RunOptions = { cwd: aFolder(), stdin: 'correct horse' }
  const first = await startSuda(options)
  await anOwner(first.url, options)
  first.kill('SIGKILL')
  await first.ended
  await sqlite(
    options,
    `insert into messages(room, author, text) values ('general', 'alice', 'one'), ('general', 'alice', 'two')`,
  )

  const { url } = await startSuda(options)

  const alice = await anOwner(url, options)
  await expect
    .poll(async () => (await alice.get('/api/rooms/general/messages')).body, settled)
    .toMatchObject({ messages: [{ text: 'one' }, { text: 'two' }] })
})

async function anOwner(url: string, options: RunOptions): Promise<Client> {
  await suda(['user', 'add', 'alice', '--password-stdin', '--role', 'owner'], options)
  const { stdout } = await suda(['token', 'add', 'alice', '--label', 'a test'], options)
  const client = aClient(url, undefined, { authorization: `Bearer ${stdout.trim()}` })
  const { user } = (await client.get('/api/me')).body as { user: { id: string } }
  return { ...client, userId: user.id }
}

async function sqlite({ cwd }: RunOptions, statement: string): Promise<string> {
  return (await promisify(execFile)('sqlite3', ['-cmd', '.timeout 2000', join(cwd, 'data/inbox.db'), statement])).stdout
}
