import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root } from '../../faults/kit/suda-command.ts'

// It takes its time, and what is stored where makes no difference.
test('what install.sh makes starts by itself and stops by a signal', { timeout: 120_000, tags: 'sqlite' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'suda-install-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const target = join(folder, 'opt')

  for (let times = 0; times < 2; times += 1) {
    const { status, stderr } = spawnSync('sh', [join(root, 'examples/deploy/install.sh'), target], { encoding: 'utf8' })
    expect(status, stderr).toBe(0)
  }
  const { output, code } = await startAndStop(join(target, 'bin/suda'), folder)

  expect(output).toMatch(/^Suda is ready at http:\/\/127\.0\.0\.1:\d+$/m)
  expect(code).toBe(0)
  expect(existsSync(join(target, 'node_modules/typescript'))).toBe(false)
  expect(existsSync(`${target}.old`)).toBe(true)
})

/** As systemd would: with nothing of this process's environment. */
function startAndStop(command: string, cwd: string): Promise<{ output: string; code: number | null }> {
  const env = { PATH: '/usr/bin:/bin', SUDA_PORT: '0', SUDA_DATA: join(cwd, 'data') }
  const child = spawn(command, ['start'], { cwd, env })
  let output = ''
  child.stderr.resume()
  child.stdout.on('data', (text: Buffer) => {
    output += text.toString()
    if (output.includes('ready')) child.kill('SIGTERM')
  })
  return new Promise((resolve) => child.once('close', (code) => resolve({ output, code })))
}
