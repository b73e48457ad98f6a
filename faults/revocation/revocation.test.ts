import { beforeAll, afterAll, describe, expect, test } from 'vitest'
import { runOpenRaces } from './open-races.ts'
import { runRaces } from './run-races.ts'
import { triggers } from './run-triggers.ts'
import { startPeople, type People } from './people.ts'
import { pull } from './trigger.ts'

let people: People

beforeAll(async () => {
  people = await startPeople()
}, 60_000)

afterAll(() => people.close())

describe('nothing is told 1 s after it was taken, streams are over within 2 s, and coming again is refused', () => {
  test.for(triggers)('$act.name', { timeout: 60_000 }, async (trigger) => {
    const { blind, times, violations } = await pull(people, trigger)

    console.log(trigger.act.name, JSON.stringify(times))
    expect(violations).toEqual([])
    expect(blind).toEqual([])
  })
})

test(
  'what is acknowledged while a right is taken stands before its end, and what begins after it is refused',
  { timeout: 120_000 },
  async () => {
    const { figures, missedPlants, violations } = await runRaces(people, { runs: 20, seed: 20_260, atOnce: 2 })

    console.log('races', JSON.stringify(figures))
    expect(violations).toEqual([])
    expect(missedPlants).toEqual([])
    expect(figures).toMatchObject({ races: 20 })
  },
)

test('no stream stays that is opened while the right to it is taken', { timeout: 120_000 }, async () => {
  const { figures, violations } = await runOpenRaces(people, { opens: 10, seed: 20_260, triggers })

  console.log('opened', JSON.stringify(figures))
  expect(violations).toEqual([])
  expect(figures).toMatchObject({ 'streams opened meanwhile': 10 })
})
