/**
 * How every test of the repository runs: packages resolved to their sources, on one storage or the other. What needs no
 * storage runs with `sqlite`.
 */

import { defineConfig } from 'vitest/config'

// Vite's own list for Node, with our sources before everything.
const conditions = ['suda-source', 'module', 'node', 'development|production']

const everywhere = ['packages/*/{src,schemas}/**/*.test.ts', '{e2e,faults,bench,scripts,examples,testing}/**/*.test.ts']
const aboutMongo = [
  'packages/storage-mongodb/src/**/*.test.ts',
  'packages/server/src/nodes/**/*.test.ts',
  'faults/{nodes,stream-cost}/**/*.test.ts',
  'testing/mongodb/**/*.test.ts',
]
const onEither = ['packages/{core,server}/src/**/*.test.ts', '{e2e,faults}/**/*.test.ts']
const aboutSqlite = ['packages/server/src/inbox.test.ts', 'faults/{inbox,disk-full}/**']
// Or measure what is the same on each.
const needNoStorage = [
  'packages/core/src/**/{names,rule-ids,text}.test.ts',
  'packages/server/src/{config,drain,local-request,log,nearest-name}.test.ts',
  'packages/server/src/{secret,server-file,source-settings,version}.test.ts',
  'packages/server/src/**/{arguments,credential,streams,usage}.test.ts',
  'packages/server/src/{auth/passwords,limits}/**/*.test.ts',
  'e2e/deploy/{install,unit}.test.ts',
  'faults/{checker,kit,slow-reader}/**',
]

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: ['suda-source'] } },
  test: {
    projects: [
      { extends: true, test: { name: 'sqlite', include: everywhere, exclude: aboutMongo } },
      {
        extends: true,
        test: {
          name: 'mongodb',
          include: [...onEither, ...aboutMongo],
          exclude: [...aboutSqlite, ...needNoStorage],
          env: { TEST_STORAGE: 'mongodb' },
          globalSetup: 'testing/mongodb/global-setup.ts',
          setupFiles: 'testing/mongodb/setup.ts',
        },
      },
    ],
    tags: [{ name: 'sqlite', description: 'About SQLite alone: not run on MongoDB.' }],
    // A process a file, as many as the smallest machine has cores; threads that the tested code starts inherit execArgv.
    pool: 'forks',
    maxWorkers: 2,
    // Every thread that starts from a .ts file brings the type stripper, which is WebAssembly; freeing its code in one of
    // many threads has crashed V8. What npm start runs is compiled and has none.
    execArgv: ['--conditions=suda-source', '--no-wasm-code-gc'],
    // What is waited for comes in a moment, or on a busy machine a little later. That a test as a whole takes long says
    // nothing: what must be quick is measured inside it.
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    coverage: { include: ['packages/*/src/**'], exclude: ['**/*.test.ts', '**/testing/**'] },
  },
})
