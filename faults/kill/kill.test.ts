import { expect, test } from 'vitest'
import { storageMode } from '../../testing/storage-mode.ts'
import { runKills } from './run-kills.ts'

test(
  'DL1: eight writers and six readers lose nothing and see nothing twice while the server is killed',
  { timeout: 90_000 },
  async () => {
    const { violations, missedPlants, figures } = await runKills({
      kills: 4,
      seed: 20_260,
      // The MongoDB of the tests is a slow one.
      periodMs: storageMode === 'mongodb' ? 2400 : 1200,
      spareStarts: true,
      pauseMs: 20,
    })

    console.log('kill', figures)
    expect(violations).toEqual([])
    expect(missedPlants).toEqual([])
    expect(figures).toMatchObject({ kills: 4, resets: 0 })
    expect(figures.acknowledged).toBeGreaterThan(20)
  },
)
