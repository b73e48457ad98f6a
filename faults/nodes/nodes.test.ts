import { expect, test, type TestContext } from 'vitest'
import { ownMongo } from '../../testing/mongodb/own-mongo.ts'
import { runNodes } from './run-nodes.ts'
import type { Target } from './nemesis.ts'

test(
  'DL1: what clients follow on three processes is whole while processes are killed',
  { timeout: 180_000 },
  (context) => expectWhole(context, 'processes', 7),
)

test(
  'DL1: what clients follow on three processes is whole while the database is killed',
  { timeout: 180_000 },
  (context) => expectWhole(context, 'database', 2),
)

async function expectWhole(context: TestContext, target: Target, seed: number): Promise<void> {
  const mongo = await ownMongo(context, { isDurable: true })
  const { violations, missedPlants, resets, figures } = await runNodes({
    mongo,
    seed,
    targets: [target],
    forMs: 12_000,
    periodMs: 2000,
    clients: 20,
    users: 3,
    writers: 6,
    pauseMs: 100,
  })

  console.log(target, figures)
  expect({ violations, missedPlants, resets }).toEqual({ violations: [], missedPlants: [], resets: [] })
  expect(figures['stored']).toBeGreaterThan(50)
}
