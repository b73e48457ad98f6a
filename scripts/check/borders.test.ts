import { describe, expect, test } from 'vitest'
import { aRepository } from '../testing/a-repository.ts'
import { checkBorders } from './borders.ts'

const violations: [file: string, specifier: string][] = [
  ['packages/protocol/src/a.ts', '@suda/core'],
  ['packages/protocol/src/a.ts', 'node:fs'],
  ['packages/protocol/src/a.ts', 'fs'],
  ['packages/protocol/src/a.ts', 'zod'],
  ['packages/protocol/src/a.ts', '../schemas/index.ts'],
  ['packages/protocol/schemas/a.ts', 'fastify'],
  ['packages/core/src/a.ts', '@suda/storage-sqlite'],
  ['packages/core/src/a.ts', '@suda/protocol/schemas'],
  ['packages/core/src/a.ts', 'node:crypto'],
  ['packages/core/src/a.ts', 'uuidv7'],
  ['packages/core/src/a.ts', '../../protocol/src/index.ts'],
  ['packages/core/src/a.ts', './testing/a-site.ts'],
  ['packages/core/src/a.ts', './storage/contract/index.ts'],
  ['packages/core/src/a.test.ts', '@suda/server'],
  ['packages/core/src/testing/a-site.ts', '@suda/storage-sqlite'],
  ['packages/storage-sqlite/src/a.ts', '@suda/core'],
  ['packages/storage-sqlite/src/a.ts', '@suda/hub'],
  ['packages/storage-sqlite/src/a.ts', '@suda/storage-mongodb'],
  ['packages/storage-sqlite/src/a.ts', '@suda/core/storage/contract'],
  ['packages/storage-mongodb/src/a.ts', '@suda/storage-sqlite'],
  ['packages/hub/src/a.ts', '@suda/core'],
  ['packages/hub/src/a.test.ts', '@suda/storage-sqlite'],
  ['packages/server/src/app.ts', '@suda/storage-sqlite'],
  ['packages/server/src/app.ts', './main.ts'],
  ['packages/server/src/cli/suda.ts', '@suda/storage-sqlite'],
  ['packages/server/src/app.ts', '@suda/client'],
  ['packages/client/src/a.ts', '@suda/protocol/schemas'],
  ['packages/client/src/a.ts', 'node:events'],
  ['packages/client/src/a.ts', 'react'],
  ['packages/client/src/a.ts', './react/index.ts'],
  ['packages/web/src/a.ts', '@suda/protocol'],
  ['packages/embed/src/a.ts', '@suda/client'],
  ['bench/commit/run.ts', '@suda/core'],
  ['faults/kill/run.ts', '@suda/server'],
  ['e2e/a.test.ts', '@suda/server'],
  ['packages/server/src/app.test.ts', '@suda/storage-sqlite'],
  ['packages/server/src/testing/start-server.ts', '@suda/storage-sqlite'],
  ['packages/server/src/app.ts', '../../../testing/mongodb/mongo-url.ts'],
  ['scripts/check.ts', '../testing/mongodb/mongo-url.ts'],
  ['testing/mongodb/a.ts', '../../packages/server/src/app.ts'],
  ['testing/mongodb/a.ts', '@suda/server'],
  ['scripts/check.ts', '../packages/server/src/config.ts'],
]

const allowed: [file: string, specifier: string][] = [
  ['packages/protocol/schemas/a.ts', 'zod'],
  ['packages/protocol/schemas/a.ts', '../src/index.ts'],
  ['packages/core/src/a.ts', '@suda/protocol'],
  ['packages/core/src/a.test.ts', '@suda/protocol/schemas'],
  ['packages/core/src/testing/a-site.ts', 'node:os'],
  ['packages/storage-sqlite/src/a.ts', '@suda/core/encode-change'],
  ['packages/storage-sqlite/src/a.test.ts', '@suda/core/storage/contract'],
  ['packages/server/src/main.ts', '@suda/storage-sqlite'],
  ['packages/server/src/main.ts', './app.ts'],
  ['packages/server/src/cli/suda.ts', '../main.ts'],
  ['packages/server/src/cli/suda.ts', './start.ts'],
  ['packages/client/src/react/a.ts', 'react'],
  ['bench/commit/run.ts', 'node:child_process'],
  ['e2e/a.test.ts', '../faults/proxy.ts'],
  ['testing/a-storage.ts', '@suda/storage-sqlite'],
  ['packages/server/src/app.test.ts', '../../../testing/mongodb/mongo-url.ts'],
  ['packages/server/src/testing/start-server.ts', '../../../../testing/mongodb/mongo-url.ts'],
  ['faults/kit/a.ts', '../../testing/mongodb/mongo-server.ts'],
  ['scripts/generate-configuration.ts', '../packages/server/src/config.ts'],
]

describe('checkBorders', () => {
  test.each(violations)('refuses in %s an import of %s', (file, specifier) => {
    const root = aRepository({ [file]: `import { x } from '${specifier}'\n` })

    expect(checkBorders(root)).toEqual([expect.stringContaining(`${file}:1: `)])
  })

  test.each(allowed)('allows in %s an import of %s', (file, specifier) => {
    const root = aRepository({ [file]: `import { x } from '${specifier}'\n` })

    expect(checkBorders(root)).toEqual([])
  })

  test.each([
    `import type { X } from '@suda/server'`,
    `export { x } from '@suda/server'`,
    `export * from '@suda/server'`,
    `import '@suda/server'`,
    `const x = await import('@suda/server')`,
    `const x = await import(\`@suda/server\`)`,
    `type X = import('@suda/server').X`,
    `const x = new Worker(new URL('../../server/src/a.ts', import.meta.url))`,
  ])('sees %s', (line) => {
    const root = aRepository({ 'packages/hub/src/a.ts': `\n${line}\n` })

    expect(checkBorders(root)).toEqual([expect.stringContaining('packages/hub/src/a.ts:2: ')])
  })

  test('a folder that no rule covers is refused', () => {
    const root = aRepository({ 'packages/new/src/a.ts': '' })

    expect(checkBorders(root)).toEqual([expect.stringContaining('no rule')])
  })
})
