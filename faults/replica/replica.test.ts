import { expect, test } from 'vitest'
import { runReplicas } from './run-replicas.ts'

test.each([1, 2, 3])(
  'DL8: after cuts and kills every client has what the server has (seed %i)',
  { timeout: 240_000 },
  async (seed) => {
    const figures = await runReplicas({ seed, acts: 120, kills: 1 })

    expect(figures.posts).toBeGreaterThan(40)
    expect(figures.connections).toBeGreaterThan(20)
  },
)
