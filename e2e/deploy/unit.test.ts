/** The systemd unit: what can be said of it without a running systemd. */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { suda } from '../../faults/kit/suda-command.ts'
import { exampleFile } from '../../testing/proxies/example-file.ts'

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0

test('systemd knows every line of the unit, and finds little that it may do beyond its work', ({ skip }) => {
  skip(!hasSystemd, 'missing: systemd-analyze')

  expect(analyze('verify', '--man=no', aUnit())).toBe('')
  const exposure = /Overall exposure level for suda\.service: ([\d.]+)/
  const [, level = '10'] = exposure.exec(analyze('security', '--offline=true', '--no-pager', aUnit())) ?? []
  expect(Number(level)).toBeLessThan(2)
  // That it would be told.
  expect(analyze('verify', '--man=no', aUnit('\n[Service]\nProtectNothing=yes\n'))).toContain('ProtectNothing')
})

test('systemd waits for longer than a stop may take', async () => {
  const [, timeout] = /^TimeoutStopSec=(\d+)$/m.exec(exampleFile('suda.service')) ?? []
  const help = await suda(['start', '--help'])
  const [, longest] = /--stop-seconds[^]*?\(default (\d+)\)/.exec(help) ?? []

  expect(Number(timeout)).toBeGreaterThanOrEqual(Number(longest) + 5)
})

/** With a command and a user that this machine has. */
function aUnit(more = ''): string {
  const folder = mkdtempSync(join(tmpdir(), 'suda-unit-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'suda.service')
  const text = exampleFile('suda.service', [
    ['ExecStart=/opt/suda/bin/suda start', `ExecStart=${process.execPath} start`],
    ['User=suda', 'User=daemon'],
    ['Group=suda', 'Group=daemon'],
  ])
  writeFileSync(file, text + more)
  return file
}

function analyze(...args: string[]): string {
  const { stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
  return stdout + stderr
}
