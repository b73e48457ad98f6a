import { expect, test } from 'vitest'
import { Turns } from './turns.ts'

test('as many work at once as may, the others in the order in which they came', async () => {
  const turns = new Turns({ atOnce: 2, waiting: 2 })
  const begun: string[] = []
  const jobs = ['a', 'b', 'c', 'd'].map((name) => {
    const { promise, resolve } = Promise.withResolvers<string>()
    return { name, resolve, result: turns.run(() => (begun.push(name), promise)) }
  })
  expect(turns.isFree).toBe(false)

  for (const { name, resolve, result } of jobs) {
    resolve(name)
    expect(await result).toBe(name)
  }
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  expect(turns.isFree).toBe(true)
})

test('who finds too many waiting is told when to come back, and comes in later', async () => {
  const turns = new Turns({ atOnce: 1, waiting: 1 })
  const { promise, resolve } = Promise.withResolvers<void>()
  const first = turns.run(() => promise)
  const second = turns.run(async () => {})

  await expect(turns.run(async () => {})).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 3 })
  resolve()
  await Promise.all([first, second])
  expect(await turns.run(async () => 'in')).toBe('in')
})

test('work that fails makes room as well', async () => {
  const turns = new Turns({ atOnce: 1, waiting: 0 })

  await expect(turns.run(() => Promise.reject(new Error('no memory')))).rejects.toThrow('no memory')
  expect(await turns.run(async () => 'in')).toBe('in')
})
