import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { firstMissing } from './bootstrap/install.mjs'
import { runCommand } from './check/command.ts'
import { aRepository, ourRoot } from './testing/a-repository.ts'

// An older Node cannot become another program and waits for it instead.
const withoutExecve = ['--import', 'data:text/javascript,delete process.execve']

describe.each([
  ['as Node 24', []],
  ['as an older Node', withoutExecve],
])('run.mjs %s', (_, flags) => {
  const run = [...flags, join(ourRoot, 'scripts/run.mjs'), 'scripts/testing/echo.ts']

  test('arguments and the exit code pass through, sources are visible, Node is 24', async () => {
    const { code, output } = await runCommand([process.execPath, ...run, '--port', '0', '--exit', '75'], ourRoot)

    expect(JSON.parse(output)).toEqual({
      args: ['--port', '0', '--exit', '75'],
      protocol: expect.stringMatching(/packages\/protocol\/src\/index\.ts$/),
      node: expect.stringMatching(/^v24\./),
    })
    expect(code).toBe(75)
  })

  test.each(['SIGINT', 'SIGTERM'] as const)('%s reaches the command, which ends as it likes', async (signal) => {
    const child = spawn(process.execPath, [...run, '--until', signal], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')

    child.kill(signal)

    expect(await once(child, 'close')).toEqual([3, null])
  })

  test('a command that dies of a signal is seen to', async () => {
    const child = spawn(process.execPath, [...run, '--until', 'SIGTERM'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data')

    process.kill(JSON.parse(line).pid, 'SIGKILL')

    expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
  })
})

describe('firstMissing', () => {
  const lock = (version: string) => ({
    'node_modules/a': { version, integrity: `sha-${version}` },
    'node_modules/@a/darwin': { version, optional: true },
    'packages/b': { version },
  })
  const text = (packages: object) => JSON.stringify({ packages })

  test('nothing is missing from the installation that these tests run in', () => {
    expect(firstMissing(ourRoot)).toBeUndefined()
  })

  test('a clone without node_modules, an older installation and a half one are found', () => {
    const { 'node_modules/a': a } = lock('1.0.0')
    const folder = (installed: object) => {
      const root = aRepository({
        'package-lock.json': text(lock('2.0.0')),
        'installed/.package-lock.json': text(installed),
      })
      return root
    }

    expect(firstMissing(aRepository({ 'package-lock.json': text(lock('2.0.0')) }), 'installed')).toMatch('node_modules')
    expect(firstMissing(folder({ 'node_modules/a': a }), 'installed')).toMatch('node_modules/a is not the one')
    expect(firstMissing(folder({}), 'installed')).toMatch('node_modules/a is not the one')
  })
})

describe('npm run bench', () => {
  const bench = (name: string[]) => {
    const root = aRepository({ 'bench/one/run.ts': `console.log(process.argv.slice(2))`, 'bench/results/a.json': '{}' })
    return runCommand([process.execPath, join(ourRoot, 'scripts/run-folder.ts'), 'bench', ...name], root)
  }

  test('without a name it lists what there is', async () => {
    expect(await bench([])).toEqual({ code: 0, output: 'npm run bench NAME, where NAME is one of: one' })
  })

  test('with a name it runs it, and passes the rest on', async () => {
    expect(await bench(['one', '--clients', '4'])).toEqual({ code: 0, output: `[ '--clients', '4' ]` })
  })

  test('a name that does not exist is refused', async () => {
    expect(await bench(['two'])).toMatchObject({ code: 64 })
  })
})
