/** The tools that npm run check starts do fire with our configuration: a violation is planted for each rule. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { aRepository, ourRoot } from '../testing/a-repository.ts'
import { complaintOf } from './command.ts'
import { checkPacks } from './packs.ts'
import { checkPurePackages } from './pure-packages.ts'

const our = (file: string) => readFileSync(join(ourRoot, file), 'utf8')

describe('oxlint', () => {
  const lint = (files: Record<string, string>) => {
    const tsconfig = '{"extends":"./tsconfig.base.json","compilerOptions":{"types":["node"]},"include":["packages"]}'
    const config = ['.oxlintrc.json', 'tsconfig.base.json'].map((file) => [file, our(file)])
    const root = aRepository({ ...Object.fromEntries(config), 'tsconfig.json': tsconfig, ...files })
    return complaintOf(['oxlint', 'packages'], root)
  }
  const promise = 'declare const later: () => Promise<void>\n'

  test.each([
    ['no-explicit-any', 'packages/server/src/a.ts', 'export const a = (b: any) => b'],
    ['no-non-null-assertion', 'packages/server/src/a.ts', 'export const a = (b?: string) => b!'],
    ['no-floating-promises', 'packages/server/src/a.ts', `${promise}later()`],
    [
      'no-misused-promises',
      'packages/server/src/a.ts',
      `${promise}export const a = () => { if (later()) throw new Error() }`,
    ],
    ['consistent-type-assertions', 'packages/server/src/a.ts', 'export const a = (b: unknown) => b as string'],
    ['no-unsafe-return', 'packages/server/src/a.ts', 'export const a = (b: string): string => JSON.parse(b)'],
    ['no-process-env', 'packages/server/src/app.ts', 'export const a = process.env.A'],
    ['no-process-env', 'packages/hub/src/config.ts', 'export const a = process.env.A'],
    ['no-restricted-globals', 'packages/core/src/a.ts', 'export const a = () => Date.now()'],
    ['no-restricted-globals', 'packages/core/src/a.ts', 'export const a = () => new Date()'],
    ['no-restricted-properties', 'packages/protocol/src/a.ts', 'export const a = () => Math.random()'],
    ['no-restricted-globals', 'packages/web/src/a.ts', `export const a = () => fetch('/api')`],
    ['no-default-export', 'packages/hub/src/a.ts', 'export default 1'],
  ])('%s fires in %s', async (rule, file, text) => {
    expect(await lint({ [file]: `${text}\n` })).toEqual([expect.stringContaining(`(${rule})`)])
  })

  test('a cycle fires, even of types only', async () => {
    const complaints = await lint({
      'packages/hub/src/a.ts': `import type { B } from './b.ts'\nexport type A = B[]\n`,
      'packages/hub/src/b.ts': `import type { A } from './a.ts'\nexport type B = A | string\n`,
    })

    expect(complaints).toEqual([expect.stringContaining('(no-cycle)')])
  })

  test('what is allowed in its place is let through', async () => {
    const complaints = await lint({
      'packages/server/src/config.ts': 'export const a = process.env.A\n',
      'packages/storage-sqlite/src/message-row.ts': 'export const a = (b: unknown) => b as string\n',
      'packages/hub/src/a.ts': 'export const a = (b: string[] = []) => ({ b, c: [1] as const })\n',
    })

    expect(complaints).toEqual([])
  })
})

describe('tsc', () => {
  const compile = (folder: string, text: string) => {
    const config = ['tsconfig.base.json', 'packages/protocol/tsconfig.json', 'packages/core/tsconfig.json']
    const files = config.map((file) => [file, our(file)])
    const root = aRepository({ ...Object.fromEntries(files), [`${folder}/src/a.ts`]: text })
    return complaintOf(['tsc', '-p', folder, '--noEmit'], root)
  }

  test.each([
    ['packages/protocol', 'export const a = process.pid'],
    ['packages/protocol', 'export const a = document.title'],
    ['packages/core', `import { readFileSync } from 'node:fs'\nexport const a = readFileSync`],
    ['packages/core', 'export const a = setTimeout'],
  ])('in %s, %j does not compile', async (folder, text) => {
    expect(await compile(folder, text)).toEqual([expect.stringContaining('src/a.ts')])
  })
})

describe('checkPurePackages', () => {
  test('a tsconfig that lets Node or DOM in is refused', () => {
    const root = aRepository({
      'tsconfig.base.json': '{"compilerOptions":{"types":[],"lib":["ES2024","DOM"]}}',
      'packages/core/tsconfig.json': '{"compilerOptions":{"types":["node"]}}',
      'packages/protocol/tsconfig.json': '{"compilerOptions":{"lib":["ES2024"]}}',
    })

    expect(checkPurePackages(root)).toEqual([
      expect.stringContaining('packages/core/tsconfig.json: "types"'),
      expect.stringContaining('packages/core/tsconfig.json: "lib"'),
    ])
  })
})

describe('checkPacks', () => {
  test('a package whose built file is missing is refused', async () => {
    const root = aRepository({
      'packages/a/package.json':
        '{"name":"a","version":"1.0.0","type":"module","files":["dist"],"exports":"./dist/b.js"}',
      'packages/a/tsconfig.json': '{"compilerOptions":{"composite":true,"outDir":"dist","types":[]}}',
      'packages/a/a.ts': 'export const a = 1\n',
    })

    expect(await checkPacks(root)).toEqual([expect.stringContaining('./dist/b.js but the file does not exist')])
  })
})

describe('knip', () => {
  test('an export that nobody imports is refused', async () => {
    const root = aRepository({
      'knip.json': our('knip.json'),
      'package.json': '{"name":"w","private":true,"workspaces":["packages/*"]}',
      'packages/hub/package.json': '{"name":"@suda/hub","exports":{".":{"suda-source":"./src/index.ts"}}}',
      'packages/hub/src/index.ts': `export { a } from './a.ts'\n`,
      'packages/hub/src/a.ts': 'export const a = 1\nexport const unwanted = 2\n',
      'packages/hub/src/orphan.ts': 'export const b = 1\n',
    })

    const [complaint = ''] = await complaintOf(['knip', '--no-progress', '--no-config-hints'], root)

    expect(complaint).toContain('unwanted')
    expect(complaint).toContain('orphan.ts')
    expect(complaint).not.toContain('src/index.ts')
  })
})
