import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { ServerProcess } from '../../faults/kit/server-process.ts'
import { root } from '../../faults/kit/suda-command.ts'
import { until } from '../../faults/kit/until.ts'
import { hasBrowser, launchBrowser } from '../kit/browser.ts'
import { openNewcomer } from '../kit/person.ts'
import { hasCurl } from './curl.ts'
import { commandsUnder } from './readme.ts'

test("the README's lines do what the README says", { timeout: 60_000, tags: 'sqlite' }, async (context) => {
  context.skip(!hasCurl, 'missing: curl')
  context.skip(spawnSync('sqlite3', ['--version']).status !== 0, 'missing: sqlite3')
  const commands = commandsUnder('Try it')
  const streams = commands.filter(isStream)
  expect(streams.length).toBeGreaterThanOrEqual(3)
  const server = await ServerProcess.start()
  onTestFinished(() => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'suda-readme-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))

  const shell = runInOneShell(
    commands.map((command, i) => scriptLine(command, join(folder, `${i}`))),
    server,
  )
  onTestFinished(() => shell.stop())
  await until('the last command', () => shell.hasEnded(), { withinMs: 40_000 })
  const outputOf = (command: string) => readFileSync(join(folder, `${commands.indexOf(command)}`), 'utf8')

  expect(shell.errors()).toBe('')
  for (const stream of streams) {
    await until(
      `${stream} showing both`,
      () => /hello from curl/.test(outputOf(stream)) && /deployed/.test(outputOf(stream)),
    )
  }
  const [sse = '', ...others] = streams.map(outputOf)
  expect(sse).toMatch(/^event: hello$/m)
  expect(others.some((output) => /^\d\d:\d\d alice: hello from curl$/m.test(output))).toBe(true)
  expect(others.some((output) => output.split('\n').some((line) => line.startsWith('{"event":"hello"')))).toBe(true)
})

test(
  'who has set the site up in the browser goes on with the rest of the lines, and sees there what they do',
  { timeout: 60_000, tags: 'sqlite' },
  async (context) => {
    context.skip(!hasCurl, 'missing: curl')
    context.skip(!hasBrowser, 'missing: Chromium or Chrome')
    context.skip(spawnSync('sqlite3', ['--version']).status !== 0, 'missing: sqlite3')
    const [addOwner = '', ...commands] = commandsUnder('Try it').filter((command) => !isStream(command))
    expect(addOwner).toContain('user add alice')
    const server = await ServerProcess.start()
    onTestFinished(() => server.close())
    const browser = await launchBrowser()
    onTestFinished(() => browser.close())

    const alice = await openNewcomer(browser, await until('the line of the set-up', () => server.setUpUrl))
    await alice.fillIn({ 'Name of the site': 'Ours', 'User name': 'alice', Password: 'correct horse battery' })
    await alice.press('Create the site')
    await alice.reads('Your site is ready')
    const shell = runInOneShell(commands, server)
    onTestFinished(() => shell.stop())
    await until('the last command', () => shell.hasEnded(), { withinMs: 40_000 })

    expect(shell.errors()).toBe('')
    expect(shell.output()).toMatch(new RegExp(`^${server.url}/invite#[\\w-]{22}$`, 'm'))
    await alice.sees('hello from curl')
    await alice.sees('deployed')
    expect(alice.complaints).toEqual([])
  },
)

const isStream = (command: string) => command.includes('curl -N')

/** Streams never end, so they go on in the background; an assignment must stay in the shell itself. */
function scriptLine(command: string, file: string): string {
  if (isStream(command)) return `${command} > ${file} 2>&1 &`
  return /^\w+=/.test(command) ? command : `{ ${command} ; } > ${file}`
}

function runInOneShell(lines: readonly string[], server: ServerProcess) {
  const script = ['set -e', ...lines, 'echo finished', 'wait']
    .join('\n')
    .replaceAll('http://127.0.0.1:3000', server.url)
    .replaceAll('data/inbox.db', join(server.dataFolder, 'inbox.db'))
    .replaceAll(/\bcurl /g, "curl -sS --noproxy '*' ")
  const env = { ...process.env, SUDA_DATA: server.dataFolder, NODE_OPTIONS: '' }
  const child = spawn('bash', ['-c', script], { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (text: Buffer) => (output += text.toString()))
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()))
  return {
    hasEnded: () => output.includes('finished') || child.exitCode !== null,
    errors: () => errors,
    output: () => output,
    // The whole group: the streams in the background are the shell's children.
    stop: () => endGroup(child.pid),
  }
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // nobody of it is left
  }
}
