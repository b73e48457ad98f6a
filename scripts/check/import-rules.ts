/**
 * Who may import what: the table of ARCHITECTURE.md, as data. The first rule whose `in` begins a file's path is the
 * file's rule; a new folder gets its rule with its first file.
 */

export interface ImportRule {
  /** Path, or beginning of paths, relative to the root. */
  readonly in: string
  /** Packages of ours, by name or entry point. A `*` at the end stands for the rest of a name. */
  readonly ours: readonly string[]
  /** Whether Node's built-in modules are seen. */
  readonly node: boolean
  /** Packages of others: any that package.json lists, or only these. */
  readonly theirs: 'any' | readonly string[]
  /** Files beyond the own package that relative imports may reach, as beginnings of paths. */
  readonly reach?: readonly string[]
  /** Files of the same package that are not to be imported from here, as beginnings of paths. */
  readonly notReach?: readonly string[]
  /** What the tests of these files may import beyond that; Node, the test tools and `testing/` always. */
  readonly testsToo?: readonly string[]
}

const storage = {
  ours: ['@suda/protocol', '@suda/core/storage', '@suda/core/storage/adapting', '@suda/core/encode-change'],
  node: true,
  theirs: 'any',
  testsToo: ['@suda/core/storage/contract'],
} as const

const server = {
  ours: ['@suda/protocol', '@suda/protocol/schemas', '@suda/core', '@suda/core/storage', '@suda/hub'],
  node: true,
  theirs: 'any',
} as const

const outside = { ours: ['@suda/client', '@suda/protocol'], node: true, theirs: 'any' } as const

const importRules: readonly ImportRule[] = [
  { in: 'packages/protocol/schemas/', ours: ['@suda/protocol'], node: false, theirs: ['zod'] },
  { in: 'packages/protocol/', ours: [], node: false, theirs: [], notReach: ['packages/protocol/schemas/'] },
  {
    in: 'packages/core/',
    ours: ['@suda/protocol'],
    node: false,
    theirs: [],
    // Changes are held to their schemas.
    testsToo: ['@suda/protocol/schemas'],
  },
  { in: 'packages/storage-sqlite/', ...storage },
  { in: 'packages/storage-mongodb/', ...storage },
  { in: 'packages/hub/', ours: ['@suda/protocol'], node: true, theirs: [] },
  { in: 'packages/server/src/main.ts', ...server, ours: [...server.ours, '@suda/storage-*'] },
  { in: 'packages/server/src/index.ts', ...server },
  { in: 'packages/server/src/cli/', ...server },
  { in: 'packages/server/', ...server, notReach: ['packages/server/src/main.ts', 'packages/server/src/cli/'] },
  { in: 'packages/client/src/react/', ours: ['@suda/protocol'], node: false, theirs: ['react'] },
  {
    in: 'packages/client/',
    ours: ['@suda/protocol'],
    node: false,
    theirs: ['eventsource-parser', 'uuidv7', 'idb-keyval'],
    notReach: ['packages/client/src/react/'],
  },
  { in: 'packages/web/', ours: ['@suda/client', '@suda/client/react'], node: false, theirs: 'any' },
  { in: 'packages/embed/', ours: ['@suda/server'], node: true, theirs: 'any' },
  { in: 'bench/', ...outside },
  { in: 'faults/', ...outside },
  { in: 'e2e/', ...outside },
  { in: 'examples/', ours: ['@suda/client', '@suda/embed', '@suda/protocol'], node: true, theirs: 'any' },
  // Opens a real storage for the tests, as main.ts does for everybody.
  { in: 'testing/', ours: ['@suda/core/storage', '@suda/storage-*'], node: true, theirs: 'any' },
  // The generators read what they document, wherever it stands.
  { in: 'scripts/generate-', ours: ['@suda/*'], node: true, theirs: 'any', reach: ['packages/'] },
  { in: 'scripts/', ours: [], node: true, theirs: 'any' },
]

/** What every test may reach, and everything that drives a server from outside. */
export const testTools = 'testing/'

export const ruleOf = (file: string): ImportRule | undefined => importRules.find((rule) => file.startsWith(rule.in))
