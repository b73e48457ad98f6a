import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, onTestFinished, test } from 'vitest'
import { aFolder, launch, startSuda, suda, type Ended } from '../testing/run-suda.ts'

describe('suda start', () => {
  test('prints where it is ready and how to make the first user, and nothing else; a signal ends it with 0', async () => {
    const server = await startSuda({ cwd: aFolder() })

    server.kill('SIGTERM')
    const { code, stdout } = await server.ended

    expect(code).toBe(0)
    const [ready, setUp, ...more] = stdout.split('\n')
    expect(ready).toBe(`Suda is ready at ${server.url}`)
    expect(setUp?.replace(/#[\w-]{22}$/, '#CODE')).toBe(`Set up: ${server.url}/set-up#CODE`)
    expect(more).toEqual([''])
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  test('the data folder says which server owns it until that is stopped', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()
    const server = await startSuda({ cwd })
    const { url, pid } = JSON.parse(readFileSync(join(cwd, 'data/server.json'), 'utf8')) as { url: string; pid: number }

    server.kill('SIGTERM')
    await server.ended

    expect({ url, pid }).toEqual({ url: server.url, pid: server.pid })
    expect(existsSync(join(cwd, 'data/server.json'))).toBe(false)
  })

  test('the data folder and what is secret in it are for its owner alone', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()

    await startSuda({ cwd })

    const modeOf = (name: string) => statSync(join(cwd, 'data', name)).mode & 0o777
    expect(['.', 'secret', 'server.json', 'suda.db'].map(modeOf)).toEqual([0o700, 0o600, 0o600, 0o600])
  })

  test('where there is an owner one line is printed, and a second signal while stopping changes nothing', async () => {
    const cwd = aFolder()
    await addOwner(cwd)
    const server = await startSuda({ cwd })

    server.kill('SIGINT')
    server.kill('SIGINT')

    const ended = await server.ended
    expect(ended).toMatchObject({ code: 0, stdout: `Suda is ready at ${server.url}\n` })
  })

  test('a signal that comes while it starts is obeyed', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()
    const starting = launch(['start', '--port', '0'], { cwd })
    while (!existsSync(join(cwd, 'data/owner.lock'))) await new Promise((resolve) => setTimeout(resolve, 1))

    starting.kill('SIGTERM')

    expect(await starting.ended).toMatchObject({ code: 0 })
  })

  test('it listens where it is told to and prints an address that can be used', async () => {
    const server = await startSuda({ cwd: aFolder() }, [
      '--host',
      '0.0.0.0',
      '--public-url',
      'https://example.org/chat/',
    ])

    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/chat$/)
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })

  test('it starts again on the folder of one that was killed', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()
    const killed = await startSuda({ cwd })
    killed.kill('SIGKILL')
    await killed.ended
    expect(existsSync(join(cwd, 'data/server.json'))).toBe(true)

    const server = await startSuda({ cwd })

    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  })

  test('an error that nobody caught is logged, what was begun is finished, and the process ends with 70', async () => {
    const cwd = aFolder()
    const broken = join(cwd, 'broken.mjs')
    writeFileSync(broken, `process.on('SIGUSR2', () => Promise.reject(new Error('planted')))`)
    const server = await startSuda({ cwd, env: { NODE_OPTIONS: `--import ${broken}` } })

    server.kill('SIGUSR2')

    const { code, stderr } = await server.ended
    expect(code).toBe(70)
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ level: 60, err: { message: 'planted' } })
    expect(existsSync(join(cwd, 'data/server.json'))).toBe(false)
  })
})

describe('a start that is refused says one line and why by its code', () => {
  test.each([
    ['a bad value', ['--port', '99999'], {}, /^suda: --port must be a whole number from 0 to 65535, not "99999"\n$/],
    ['an unknown flag', ['--prot', '1'], {}, /^suda: there is no flag --prot; did you mean --port\?\n$/],
    [
      'an unknown variable',
      [],
      { SUDA_DATAS: 'x' },
      /^suda: there is no environment variable SUDA_DATAS; did you mean SUDA_DATA\?\n$/,
    ],
    [
      'an address of another machine',
      ['--port', '0', '--host', '192.0.2.1'],
      {},
      /^suda: this machine has no address 192\.0\.2\.1\n$/,
    ],
    [
      'an address that is none',
      ['--database-url', 'mongodb://alice:hunter2@/'],
      {},
      /^suda: the address of the database is not one that MongoDB’s driver understands\n$/,
    ],
    ['a word too much', ['now'], {}, /^suda: there is no place for “now” here\n$/],
  ])('64: %s', async (_, args, env, line) => {
    const ended = await suda(['start', ...args], { cwd: aFolder(), env })

    expectRefusal(ended, 64, line)
  })

  test('73: a file in the place of the data folder', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()
    writeFileSync(join(cwd, 'data'), '')

    expectRefusal(await suda(['start', '--port', '0'], { cwd }), 73, /data/)
  })

  test('73: a data folder that cannot be made', { tags: 'sqlite' }, async () => {
    expectRefusal(
      await suda(['start', '--port', '0', '--data', '/dev/null/data'], { cwd: aFolder() }),
      73,
      /\/dev\/null/,
    )
  })

  test('73: a database that is none', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()
    mkdirSync(join(cwd, 'data'))
    writeFileSync(join(cwd, 'data/suda.db'), 'This is a text and no database at all. '.repeat(100))

    expectRefusal(await suda(['start', '--port', '0'], { cwd }), 73, /suda\.db|database/)
  })

  test('73: a database of a later version', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()
    await addOwner(cwd)
    const db = new DatabaseSync(join(cwd, 'data/suda.db'))
    db.exec('PRAGMA user_version = 9999')
    db.close()

    expectRefusal(await suda(['start', '--port', '0'], { cwd }), 73, /9999/)
  })

  test('69: a MongoDB that nobody answers for, without its address, which may hold a password', async () => {
    const ended = await suda(['start', '--database-url', 'mongodb://alice:hunter2@127.0.0.1:1/'], { cwd: aFolder() })

    expectRefusal(ended, 69, /^suda: the MongoDB cannot be used: it does not answer\n$/)
  })

  test('75: a taken port, and the data folder is free again', async () => {
    const cwd = aFolder()
    const port = await aTakenPort()

    expectRefusal(await suda(['start', '--port', String(port)], { cwd }), 75, new RegExp(`port ${port} .* is taken`))

    expect(existsSync(join(cwd, 'data/server.json'))).toBe(false)
    await startSuda({ cwd })
  })

  test('75: the data folder of a running server, which is not disturbed', { tags: 'sqlite' }, async () => {
    const cwd = aFolder()
    const server = await startSuda({ cwd })

    expectRefusal(await suda(['start', '--port', '0'], { cwd }), 75, /another server uses this data folder/)

    expect((await fetch(`${server.url}/health`)).status).toBe(200)
    expect(existsSync(join(cwd, 'data/server.json'))).toBe(true)
  })
})

function expectRefusal({ code, stdout, stderr }: Ended, expected: number, line: RegExp): void {
  expect({ code, stdout, lines: stderr.split('\n').length - 1 }, stderr).toEqual({
    code: expected,
    stdout: '',
    lines: 1,
  })
  expect(stderr).toMatch(line)
  expect(stderr).not.toMatch(/ at .*\.ts:\d/)
}

async function addOwner(cwd: string): Promise<void> {
  const added = await suda(['user', 'add', 'alice', '--password-stdin', '--role', 'owner'], {
    cwd,
    stdin: 'correct horse',
  })
  expect(added).toMatchObject({ code: 0, stderr: '' })
}

async function aTakenPort(): Promise<number> {
  const taken = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void taken.close())
  await new Promise((resolve) => taken.once('listening', resolve))
  return (taken.address() as AddressInfo).port
}
