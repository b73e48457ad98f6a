import { describe, expect, test } from 'vitest'
import { aRepository } from '../testing/a-repository.ts'
import { checkDependencies } from './dependencies.ts'
import { checkFolders } from './folders.ts'
import { checkLock } from './lock.ts'

describe('checkDependencies', () => {
  test('what is imported must be listed, what is listed must be imported', () => {
    const root = aRepository({
      'packages/hub/package.json': manifest({ dependencies: { zod: '4.0.0', '@suda/protocol': '0.1.0' } }),
      'packages/hub/src/a.ts': `import '@suda/protocol/schemas'\nimport 'node:fs'\nimport '@scope/one/entry'\n`,
      'packages/hub/src/a.test.ts': `import 'vitest'\nimport 'zod'\n`,
    })

    expect(checkDependencies(root)).toEqual([
      'packages/hub/package.json: @scope/one is imported but not listed',
      'packages/hub/package.json: zod is listed but never imported',
    ])
  })

  test('a version that is a range is refused', () => {
    const root = aRepository({
      'package.json': manifest({ devDependencies: { vitest: '^5.0.0' } }),
      'packages/hub/package.json': manifest({}),
    })

    expect(checkDependencies(root)).toEqual(['package.json: vitest "^5.0.0" is not an exact version'])
  })
})

describe('checkFolders', () => {
  test.each(['utils', 'common', 'shared', 'helpers', 'types', 'services'])('a folder named %s is refused', (name) => {
    const root = aRepository({ [`packages/hub/src/${name}/deep/a.ts`]: 'export const a = 1\n' })

    expect(checkFolders(root)).toEqual([expect.stringContaining(`packages/hub/src/${name}: `)])
  })

  test('a file that only passes on exports is refused, unless package.json makes it an entry point', () => {
    const barrel = `import { a } from './a.ts'\nexport * from './b.ts'\nexport { a }\n`
    const root = aRepository({
      'packages/hub/package.json': manifest({ exports: { '.': { 'suda-source': './src/index.ts' } } }),
      'packages/hub/src/index.ts': barrel,
      'packages/hub/src/ring/index.ts': barrel,
      'packages/hub/src/ring/a.ts': `export * from './b.ts'\nexport const a = 1\n`,
    })

    expect(checkFolders(root)).toEqual([expect.stringContaining('packages/hub/src/ring/index.ts: ')])
  })
})

describe('checkLock', () => {
  test('an optional dependency of another platform without an entry is refused', () => {
    const packages = {
      'node_modules/a': { optionalDependencies: { '@a/linux': '1', '@a/darwin': '1', '@a/nested': '1' } },
      'node_modules/@a/linux': {},
      'node_modules/a/node_modules/@a/nested': {},
    }
    const root = aRepository({ 'package-lock.json': JSON.stringify({ packages }) })

    expect(checkLock(root)).toEqual([expect.stringContaining('@a/darwin, wanted by node_modules/a')])
  })

  test('an entry that names where it was downloaded is refused', () => {
    const packages = { 'node_modules/a': { resolved: 'https://example.org/a.tgz' }, 'packages/b': { resolved: 'b' } }
    const root = aRepository({ 'package-lock.json': JSON.stringify({ packages }) })

    expect(checkLock(root)).toEqual([expect.stringContaining('node_modules/a names')])
  })
})

const manifest = (fields: object) => JSON.stringify({ name: '@suda/hub', version: '0.1.0', ...fields })
