import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { aRepository } from '../testing/a-repository.ts'
import { checkArchitecture } from './architecture.ts'
import { checkGenerated } from './generated.ts'
import { checkRuleIds, idsOf } from './rule-ids.ts'
import { checkTrackedFiles } from './tracked-files.ts'

describe('checkRuleIds', () => {
  test('a rule without a test, a test without a rule and a rule defined twice are refused', () => {
    const root = aRepository({
      'docs/storage.md': '- `ZA1` One.\n- `ZA2` Two, see `ZA9`.\n- `ZA3a` Three.\n',
      'docs/protocol.md': '- `ZA3a` Three again.\n',
      'packages/hub/src/a.test.ts': `test('ZA1, ZA3a: one', () => {})\ntest.each([1])(\`ZA4: four \${1}\`, () => {})\n`,
    })

    expect(checkRuleIds(root)).toEqual(
      [
        'ZA3a is defined more than once: docs/storage.md, docs/protocol.md',
        'docs/storage.md: no test begins with ZA2',
        'packages/hub/src/a.test.ts: no document defines ZA4',
      ].map((line) => expect.stringContaining(line.split(': docs')[0] ?? '')),
    )
  })

  test('no rule at all is refused, for then the check has lost the documents', () => {
    expect(checkRuleIds(aRepository({}))).toHaveLength(1)
  })

  test('a title may begin with several ids', () => {
    expect(idsOf('ZA1, ZA2a and ZB10: reads')).toEqual(['ZA1', 'ZA2a', 'ZB10'])
    expect(idsOf('reads ZA1: twice')).toEqual([])
  })
})

describe('checkArchitecture', () => {
  const sources = {
    'packages/protocol/package.json': '{"name":"@suda/protocol"}',
    'packages/hub/package.json': '{"name":"@suda/hub"}',
    'packages/hub/src/a.ts': `import type { A } from '@suda/protocol'\nimport 'node:fs'\n`,
  }
  const table = (hub: string) => `| package | imports |\n|---|---|\n| \`protocol\` | nothing |\n${hub}`

  test('a table that tells the imports is right', () => {
    const root = aRepository({ ...sources, 'ARCHITECTURE.md': table('| `hub` | `protocol` |\n') })

    expect(checkArchitecture(root)).toEqual([])
  })

  test.each([
    ['| hub | protocol, core |\n', 'hub imports protocol, but the table says core, protocol'],
    ['', 'the table lacks hub'],
    ['| hub | protocol |\n| web | nothing |\n', 'the table names web'],
    [`| hub | protocol |\n${'\n'.repeat(120)}end`, '120 at most'],
  ])('refuses %j', (rows, complaint) => {
    const root = aRepository({ ...sources, 'ARCHITECTURE.md': table(rows) })

    expect(checkArchitecture(root)).toEqual([expect.stringContaining(complaint)])
  })
})

describe('checkGenerated', () => {
  test('a missing generator, a stale file and a generator that is not listed are refused', async () => {
    const root = aRepository({
      'docs/errors.md': 'old',
      'scripts/generate-errors.ts': `console.log('stale'); process.exitCode = process.argv[2] === '--check' ? 1 : 0`,
      'docs/configuration.md': 'fresh',
      'scripts/generate-configuration.ts': '',
      'scripts/generate-poems.ts': '',
    })

    expect(await checkGenerated(root)).toEqual([
      expect.stringContaining('scripts/generate-poems.ts: not in the list'),
      expect.stringContaining('docs/errors.md is stale'),
      expect.stringContaining('scripts/generate-openapi.ts is missing'),
    ])
  })
})

describe('checkTrackedFiles', () => {
  // Put together here, or this file would be found itself.
  const slash = '/'
  const host = ['registry', 'example', 'org'].join('.')

  test.each([`cd ${slash}home/somebody/suda`, `"${slash}root/x"`, `https:${slash}/${host}/a`])(
    'refuses %s',
    async (line) => {
      const root = aRepository({ 'a.md': `fine\n${line}\n` })
      git(root, 'init', '-q')

      expect(await checkTrackedFiles(root)).toEqual([]) // not tracked yet

      git(root, 'add', 'a.md')
      expect(await checkTrackedFiles(root)).toEqual([expect.stringContaining('a.md:2: ')])
    },
  )

  const git = (root: string, ...args: string[]) => expect(spawnSync('git', args, { cwd: root }).status).toBe(0)
})
