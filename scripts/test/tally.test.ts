import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runCommand } from '../check/command.ts'
import { aRepository, ourRoot } from '../testing/a-repository.ts'

const passing = `import { test } from 'vitest'\ntest('passes', () => {})\n`
const skipping = `import { test } from 'vitest'\ntest('needs it', (context) => context.skip('missing: a browser'))\n`

test('the last line counts, and a skip says why', async () => {
  const { lines, code } = await npmTest({ 'a.test.ts': passing, 'b.test.ts': skipping })

  expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
  expect(lines).toContain('skipped: b.test.ts > needs it: missing: a browser')
  expect(code).toBe(0)
})

test('in CI a skip for a missing component fails', async () => {
  const { lines, code } = await npmTest({ 'a.test.ts': passing, 'b.test.ts': skipping }, { CI: 'true' })

  expect(lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
  expect(lines).toContain('FAILED: 1 skipped that CI must not skip: missing: a browser')
  expect(code).toBe(1)
})

test('a skip names its project, and one project can be run alone', async () => {
  const project = (name: string) => ({ test: { name, include: ['*.test.ts'] } })
  const config = JSON.stringify({ test: { projects: [project('here'), project('there')] } })
  const files = { 'a.test.ts': passing, 'b.test.ts': skipping, 'vitest.config.ts': `export default ${config}\n` }

  const [both, one] = [await npmTest(files), await npmTest(files, {}, ['--project', 'there'])]

  expect(both.lines.at(-1)).toBe('2 passed, 0 failed, 2 skipped')
  expect(both.lines).toContain('skipped: here: b.test.ts > needs it: missing: a browser')
  expect(one.lines.at(-1)).toBe('1 passed, 0 failed, 1 skipped')
})

test('in CI a test that fails runs once more, and is told of whether or not it passes then', async () => {
  const flaky = `import { expect, test } from 'vitest'
    let runs = 0
    test('wavers', () => { runs += 1; expect(runs).toBe(2) })
    test('fails', () => { throw new Error('as ever') })\n`

  const [local, ci] = [await npmTest({ 'a.test.ts': flaky }), await npmTest({ 'a.test.ts': flaky }, { CI: 'true' })]

  expect(local.lines.at(-1)).toBe('0 passed, 2 failed, 0 skipped')
  expect(ci.lines.at(-1)).toBe('1 passed, 1 failed, 0 skipped')
  expect(ci.lines).toContain('failed: a.test.ts > fails: as ever')
  expect(ci.lines.join('\n')).toMatch(/^flaky, passed when it ran again: a\.test\.ts > wavers: expected 1 to be 2/m)
  expect(ci.code).toBe(1)
})

test('a skip without a reason fails', async () => {
  const skipped = `import { test } from 'vitest'\ntest.skip('later', () => {})\n`

  expect(await npmTest({ 'a.test.ts': passing, 'b.test.ts': skipped })).toMatchObject({ code: 1 })
})

test('a hook that fails is one failure, and explains why the tests below it are skipped', async () => {
  const { lines } = await npmTest({
    'a.test.ts': `${passing}import { beforeAll, describe } from 'vitest'
      describe('a', () => { beforeAll(() => { throw new Error() }); describe('b', () => test('c', () => {})) })\n`,
  })

  expect(lines.at(-1)).toBe('1 passed, 1 failed, 1 skipped')
  expect(lines).toContain('skipped: a.test.ts > a > b > c: what it needs failed before it')
})

test('a test that fails, a file that throws and an error that nobody catches are failures', async () => {
  const { lines, code } = await npmTest({
    'a.test.ts': `${passing}test('fails', () => { throw new Error() })\n`,
    'b.test.ts': `throw new Error('at load')\n`,
    'c.test.ts': `${passing}void Promise.reject(new Error('nobody cares'))\n`,
  })

  expect(lines.at(-1)).toBe('2 passed, 3 failed, 0 skipped')
  expect(code).toBe(1)
})

test.each([
  ['there are none', {}, []],
  ['no file matches', { 'a.test.ts': passing }, ['elsewhere']],
  ['no title matches', { 'a.test.ts': passing }, ['-t', 'elsewhere']],
  ['all are skipped', { 'b.test.ts': skipping }, []],
])('a run without a test fails when %s', async (_, files, args) => {
  const { lines, code } = await npmTest(files, {}, args)

  expect(lines.at(-1)).toMatch(/^0 passed, 0 failed, [01] skipped$/)
  expect(code).toBe(1)
})

async function npmTest(files: Record<string, string>, env: Record<string, string> = {}, args: string[] = []) {
  const root = aRepository(files)
  // One pipe for stdout and stderr, so that the last line is the last line.
  const command = ['sh', '-c', '"$@" 2>&1', 'sh', process.execPath, join(ourRoot, 'scripts/test.ts'), ...args]
  const { code, output } = await runCommand(command, root, { CI: '', ...env })
  return { code, lines: output.split('\n') }
}
