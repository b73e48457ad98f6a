import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { aClient } from '../testing/a-client.ts'
import { aFolder, launch, startSuda, suda, type RunOptions } from '../testing/run-suda.ts'

const stdin = 'correct horse\n'

describe('commands beside a running server', () => {
  test('go through it, so that it knows at once', async () => {
    const options: RunOptions = { cwd: aFolder(), stdin }
    const server = await startSuda(options)

    expect(await suda(['user', 'add', 'alice', '--password-stdin', '--role', 'owner'], options)).toMatchObject({
      code: 0,
    })
    expect(await suda(['user', 'add', 'bob', '--password-stdin'], options)).toMatchObject({ code: 0 })
    const room = ['room', 'add', 'plans', '--name', 'The plans', '--private', '--owner', 'alice', '--member', 'bob']
    expect(await suda(room, options)).toMatchObject({ code: 0, stderr: '' })

    const alice = asUser(server.url, await tokenOf('alice', options))
    const bob = asUser(server.url, await tokenOf('bob', options))
    expect((await alice.get('/api/rooms/plans')).body).toMatchObject({
      room: { name: 'The plans', visibility: 'private', my: { role: 'moderator' }, memberCount: 2 },
    })
    expect((await bob.get('/api/rooms/plans')).body).toMatchObject({ room: { my: { role: 'member' } } })
  })

  test('tell the server’s refusals in one line, and end with 1', async () => {
    const options: RunOptions = { cwd: aFolder(), stdin }
    await startSuda(options)
    await suda(['user', 'add', 'alice', '--password-stdin'], options)

    const again = await suda(['user', 'add', 'alice', '--password-stdin'], options)
    const nobody = await suda(['token', 'add', 'nobody', '--label', 'x'], options)

    expect(again).toMatchObject({ code: 1, stdout: '', stderr: 'suda: This name is taken\n' })
    expect(nobody).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^suda: .+\n$/) })
  })

  test('need the secret of the folder', { tags: 'sqlite' }, async () => {
    const options: RunOptions = { cwd: aFolder(), stdin }
    await startSuda(options)
    writeFileSync(join(options.cwd, 'data/secret'), `${'x'.repeat(43)}\n`)

    const refused = await suda(['user', 'add', 'mallory', '--password-stdin', '--role', 'owner'], options)

    expect(refused).toMatchObject({ code: 1, stderr: 'suda: There is nothing here that you may see\n' })
  })
})

describe('commands without a server', () => {
  test('open the storage themselves, and a server finds what they did', async () => {
    const options: RunOptions = { cwd: aFolder(), stdin }

    expect(await suda(['user', 'add', 'alice', '--password-stdin', '--role', 'owner'], options)).toMatchObject({
      code: 0,
    })
    const token = await tokenOf('alice', options)
    expect(await suda(['room', 'add', 'plans'], options)).toMatchObject({ code: 0 })

    const alice = asUser((await startSuda(options)).url, token)
    expect((await alice.get('/api/me')).body).toMatchObject({ user: { username: 'alice', siteRole: 'owner' } })
    expect((await alice.get('/api/rooms?browse=true')).text).toContain('"plans"')
  })

  test('work on the folder of a server that was killed', async () => {
    const options: RunOptions = { cwd: aFolder(), stdin }
    const killed = await startSuda(options)
    killed.kill('SIGKILL')
    await killed.ended

    expect(await suda(['user', 'add', 'alice', '--password-stdin'], options)).toMatchObject({ code: 0, stderr: '' })
  })

  test('and a server that start at the same moment both get through', async () => {
    const options: RunOptions = { cwd: aFolder(), stdin }
    const names = ['alice', 'bob', 'carol']

    const added = names.map((name) => suda(['user', 'add', name, '--password-stdin'], options))
    const server = startSuda(options)

    expect((await Promise.all(added)).map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      names.map(() => ({ code: 0, stderr: '' })),
    )
    expect((await fetch(`${(await server).url}/health`)).status).toBe(200)
  })

  test(
    'wait for a server that holds the folder and has not said yet where it answers',
    { tags: 'sqlite' },
    async () => {
      const options: RunOptions = { cwd: aFolder(), stdin }
      const server = await startSuda(options)
      const file = join(options.cwd, 'data/server.json')
      rmSync(file)

      const adding = launch(['user', 'add', 'alice', '--password-stdin'], options)
      expect(await Promise.race([adding.ended, after(700)])).toBe('nothing yet')
      writeFileSync(file, JSON.stringify({ url: server.url, pid: server.pid }))

      expect(await adding.ended).toMatchObject({ code: 0, stderr: '' })
    },
  )
})

test('a changed password ends all sessions, and the token that made them goes on', async () => {
  const options: RunOptions = { cwd: aFolder(), stdin }
  const { url } = await startSuda(options)
  await suda(['user', 'add', 'alice', '--password-stdin'], options)
  const alice = asUser(url, await tokenOf('alice', options))
  const cookie = (await alice.post('/api/sessions')).headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const inBrowser = alice.with({ cookie })
  expect((await inBrowser.get('/api/me')).status).toBe(200)

  const changed = await suda(['user', 'password', 'alice', '--password-stdin'], { ...options, stdin: 'battery staple' })

  expect(changed).toMatchObject({ code: 0 })
  expect((await inBrowser.get('/api/me')).status).toBe(401)
  expect((await alice.get('/api/me')).status).toBe(200)
})

async function tokenOf(name: string, options: RunOptions): Promise<string> {
  const { code, stdout } = await suda(['token', 'add', name, '--label', 'a test'], options)
  expect(code).toBe(0)
  expect(stdout).toMatch(/^suda_[A-Za-z0-9_-]{43}\n$/)
  return stdout.trim()
}

function asUser(url: string, token: string) {
  return aClient(url, undefined, { authorization: `Bearer ${token}` })
}

function after(ms: number): Promise<string> {
  return new Promise((resolve) => setTimeout(() => resolve('nothing yet'), ms))
}
