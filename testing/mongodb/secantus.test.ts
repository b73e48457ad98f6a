import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { installSecantus } from './secantus.ts'

// The real installation is what every other test here runs on; it takes too long to be repeated.
test('of two installations at once one stays, whole', async () => {
  const folder = aFolder()
  const python = aPython('echo "$@" >>"$(dirname "$0")/calls"')
  const target = join(folder, 'one')

  const answers = await Promise.all([installSecantus(target, python), installSecantus(target, python)])

  expect(answers).toEqual([join(target, 'bin/python3'), join(target, 'bin/python3')])
  expect(readdirSync(folder)).toEqual(['one'])
  expect(readFileSync(join(target, 'bin/calls'), 'utf8')).toMatch(/^-m pip install .*secantusdb==\S+\n$/)
})

test('what is installed is not installed again', async () => {
  const target = join(aFolder(), 'one')
  await installSecantus(target, aPython('exit 0'))

  expect(await installSecantus(target, 'no-such-python')).toBe(join(target, 'bin/python3'))
})

test.each([
  ['there is no Python', 'no-such-python', 'no-such-python'],
  ['pip fails', () => aPython('echo no network >&2; exit 1'), 'no network'],
])('an installation that fails because %s leaves nothing behind and says why', async (_, python, reason) => {
  const folder = aFolder()
  const installing = installSecantus(join(folder, 'one'), typeof python === 'string' ? python : python())

  await expect(installing).rejects.toThrow(reason)
  expect(readdirSync(folder)).toEqual([])
})

/** A Python whose virtual environments hold another one, which does as told. */
function aPython(inner: string): string {
  const file = join(aFolder(), 'python3')
  const environment = `mkdir "$3/bin" && echo '#!/bin/sh\n${inner}' >"$3/bin/python3" && chmod +x "$3/bin/python3"`
  writeFileSync(file, `#!/bin/sh\n${environment}\n`, { mode: 0o755 })
  return file
}

/** Gone after the test. */
function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'suda-secantus-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
