/** The same faults as far as a real server can be made to have them. */

import { expect, test } from 'vitest'
import { ownMongo } from '../../../../testing/mongodb/own-mongo.ts'
import { onMongo } from '../testing/feed/on-mongo.ts'
import { upTo } from '../testing/feed/reading.ts'

/** A starting server takes its time for the first of everything. */
const timings = { silenceMs: 3_000, markerMs: 5_000, connectMs: 2_000 }

test('failing getMores and openings leave no hole', { timeout: 60_000 }, async (context) => {
  const { failCommand, read, write } = onMongo(await ownMongo(context))
  const reader = await read({ timings })
  let written = 0
  const faults = [43, 91, 10107, 11600, 286, 280].map((errorCode) => ({ errorCode }))

  for (const how of [...faults, { closeConnection: true }]) {
    await failCommand('getMore', 1, how)
    await write(5)
    await failCommand('aggregate', 2, how)
    await failCommand('getMore', 1, how)
    await write(5)
    written += 10
    await reader.reached(written)
  }

  expect(reader.positions).toEqual(upTo(written))
})

test('a killed server loses and repeats nothing', { timeout: 60_000 }, async (context) => {
  const server = await ownMongo(context, { isDurable: true })
  const { read, write } = onMongo(server)
  const reader = await read({ timings })
  const writing = write(60)
  await reader.reached(20)

  await server.kill()
  await server.start()
  await writing
  await reader.reached(60)

  expect(reader.positions).toEqual(upTo(60))
})

test('a server that stands still for a while loses and repeats nothing', { timeout: 60_000 }, async (context) => {
  const server = await ownMongo(context, { isDurable: true })
  const { read, write } = onMongo(server)
  const reader = await read({ timings })
  await write(20)
  const writing = write(20)

  await server.pause()
  await expect.poll(() => reader.notices.length, { timeout: 20_000 }).toBeGreaterThan(0)
  server.resume()
  await writing
  await reader.reached(40)

  expect(reader.positions).toEqual(upTo(40))
})

test('what one insertion brought is told in few arrays', { timeout: 60_000 }, async (context) => {
  const { read, writeAtOnce } = onMongo(await ownMongo(context))
  const reader = await read({ timings })

  await writeAtOnce(1_300)
  await reader.reached(1_300)

  expect(reader.positions).toEqual(upTo(1_300))
  expect(reader.sizes.length).toBeLessThan(20)
})
