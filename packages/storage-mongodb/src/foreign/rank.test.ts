import { expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { theirs } from '../testing/foreign-rows.ts'
import { Rank } from './rank.ts'

test('of several processes each waits longer than the one before, and the first not at all', async () => {
  const { aRank } = await aSite()

  const delays = []
  for (let n = 0; n < 11; n++) delays.push((await aRank()).delayMs)

  expect(delays).toEqual([0, 50, 100, 150, 200, 250, 300, 350, 400, 450, 450])
})

test('a place that is given up is taken by another', async () => {
  const { aRank } = await aSite()
  const [first, second] = [await aRank(), await aRank()]

  await first.close()
  await second.start()

  expect(second.delayMs).toBe(0)
  expect((await aRank()).delayMs).toBe(50)
})

test('a process that knows nothing of the others goes last', async () => {
  const { db } = await aSite()

  expect(new Rank(db).delayMs).toBe(450)
})

async function aSite() {
  const db = await theirs(mongoUrl())
  const aRank = async () => {
    const rank = new Rank(db)
    onTestFinished(() => rank.close())
    await rank.start()
    return rank
  }
  return { db, aRank }
}
