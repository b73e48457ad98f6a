import { expect, test } from 'vitest'
import { checkRaces, missedPlants } from './check-races.ts'
import type { RaceRecord } from './race.ts'

const sound: RaceRecord = {
  run: 1,
  act: 'sign-out',
  request: 'post message',
  isSpared: false,
  acted: { startedAt: 5, answeredAt: 20 },
  raced: { startedAt: 0, answeredAt: 10, status: 201 },
  late: { startedAt: 25, answeredAt: 30, status: 401, expected: 401 },
  traces: { request: 7, act: 8 },
}

test('a write that stands before the act is sound, and so is one that was refused', () => {
  const refused: RaceRecord = { ...sound, raced: { ...sound.raced, status: 401 }, traces: { act: 8 } }

  expect(checkRaces([sound, refused])).toEqual([])
})

test('each planted violation is found by its name', () => {
  expect(missedPlants([sound], () => 0)).toEqual([])
})

test('records of which none can be spoilt make a run void', () => {
  expect(missedPlants([{ ...sound, raced: { ...sound.raced, status: 401 } }], () => 0)).not.toEqual([])
})

test('a session by a token that stays may begin after all others ended, and ends if it began before', () => {
  const { late: _, ...rest } = sound
  const spared: RaceRecord = { ...rest, isSpared: true, madeIsAlive: true }

  expect(checkRaces([{ ...spared, traces: { request: 9, act: 8 } }])).toEqual([])
  expect(checkRaces([spared]).map(({ fault }) => fault)).toEqual(['outlived'])
})
