/** What a reader sees of each fault: every change once and in order, whatever happens to the stream. */

import { expect, test } from 'vitest'
import { aWire, type Wire } from '../testing/feed/on-wire.ts'
import { impatient, upTo, type Reading, type ReadingOptions } from '../testing/feed/reading.ts'
import { cut, silence } from '../testing/wire-server/answers.ts'
import { SilenceError } from './resume-token.ts'

test.each([43, 63, 133, 150, 234, 262, 13388])('error %i of a getMore is passed over by the driver', async (code) => {
  const { wire, reader } = await flowing()

  wire.stream.fail(code)
  wire.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.watch.status).toMatchObject({ isOpen: true, streams: 1 })
  expect(tokens(wire)).toEqual([undefined, { _data: 'token-4' }])
})

test.each([6, 7, 89, 91, 189, 9001, 10107, 11600, 11602, 13435, 13436])(
  'after error %i of a getMore the stream is resumed',
  async (code) => {
    const { wire, reader } = await flowing()

    wire.stream.fail(code)
    wire.commit(3)
    await reader.reached(6)

    expect(reader.positions).toEqual(upTo(6))
    expect(reader.lookUps).toBe(1)
    expect(tokens(wire).at(-1)).toEqual({ _data: 'token-4' })
  },
)

test('a connection that ends is replaced by a new client, which does not wait for the lost server', async () => {
  const { wire, reader } = await flowing()

  wire.stream.cut()
  wire.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.notices).toEqual([expect.stringMatching(/is lost$/), 'The change stream is open again'])
  expect(tokens(wire)).toEqual([undefined, { _data: 'token-4' }])
})

test.each([43, 91, 10107, 11600])('error %i of a getMore and of the resumption leads to a new client', async (code) => {
  const { wire, reader } = await flowing()

  // The driver tries an opening twice where the error lets it.
  wire.stream.failOpening(code)
  wire.stream.failOpening(code)
  wire.stream.fail(code)
  wire.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.lookUps).toBe(1)
  expect(tokens(wire).at(-1)).toEqual({ _data: 'token-4' })
  expect(reader.watch.status.isOpen).toBe(true)
})

test('a server that ends every connection and is gone for a while is found again, and the stream is resumed', async () => {
  const { wire, reader } = await flowing({ timings: impatient })

  await wire.server.down()
  wire.commit(3)
  await noticed(reader, 'The change stream ended')
  await wire.server.up()
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.lookUps).toBe(1)
})

test.each([280, 286, 136, 260, 9, 50, 10334])(
  'after error %i of a getMore the stream is opened anew, and what was missed is read from the log',
  async (code) => {
    const { wire, reader } = await flowing()

    wire.log.commit(3) // told by no stream
    wire.stream.fail(code)
    await reader.reached(6)
    wire.commit(3)
    await reader.reached(9)

    expect(reader.positions).toEqual(upTo(9))
    expect(reader.lookUps).toBe(2)
    expect(tokens(wire)).toEqual([undefined, undefined])
  },
)

test.each([280, 286, 136, 260, 9, 50811])('a token that was refused by error %i is not used again', async (code) => {
  const { wire, reader } = await flowing()

  wire.stream.failOpening(code)
  wire.stream.fail(11602)
  wire.log.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(tokens(wire)).toEqual([undefined, expect.anything(), undefined])
})

test('where the history is lost the stream is opened anew', async () => {
  const { wire, reader } = await flowing()

  wire.log.commit(3)
  wire.stream.pass()
  wire.stream.forget()
  wire.stream.cut()
  await reader.reached(6)
  wire.commit(1)
  await reader.reached(7)

  expect(reader.positions).toEqual(upTo(7))
  expect(reader.watch.status).toMatchObject({ isOpen: true, streams: 3 })
})

test('after an invalidate the stream is opened anew', async () => {
  const { wire, reader } = await flowing()

  wire.stream.invalidate()
  wire.log.commit(3)
  await reader.reached(6)
  wire.commit(1)
  await reader.reached(7)

  expect(reader.positions).toEqual(upTo(7))
  expect(tokens(wire)).toEqual([undefined, undefined])
})

test('a server that falls silent is given up with its client, and the stream resumed', async () => {
  const wire = await aWire()
  const notices: unknown[] = []
  const reader = await wire.read({
    timings: impatient,
    onNotice: (_, error) => {
      if (error !== undefined) notices.push(error)
      wire.stream.speak()
    },
  })
  wire.commit(3)
  await reader.reached(3)

  wire.stream.beSilent()
  wire.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(notices).toEqual([new SilenceError('no reply for 500 ms')])
  expect(tokens(wire)).toEqual([undefined, { _data: 'token-4' }])
})

test('a token that a server answers nothing to is not used again', async () => {
  const { wire, reader } = await flowing({ timings: impatient })

  wire.server.answer('aggregate', ({ body }) => (body['pipeline'][0].$changeStream.resumeAfter ? silence : undefined))
  wire.stream.cut()
  wire.log.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.lookUps).toBe(2)
})

test('a token with which every connection ends is not used for ever', async () => {
  const { wire, reader } = await flowing({ timings: impatient })

  wire.server.answer('aggregate', ({ body }) => (body['pipeline'][0].$changeStream.resumeAfter ? cut : undefined))
  wire.stream.cut()
  wire.log.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.lookUps).toBe(2)
})

test('a server that is frozen and thaws again loses and repeats nothing', async () => {
  const { wire, reader } = await flowing({ timings: impatient })

  wire.server.freeze()
  wire.commit(3)
  await noticed(reader, 'SilenceError')
  wire.server.thaw()
  wire.commit(3)
  await reader.reached(9)

  expect(reader.positions).toEqual(upTo(9))
})

test('after a long election the stream is resumed', async () => {
  const { wire, reader } = await flowing({ timings: impatient })

  wire.server.stepDown()
  await expect.poll(() => reader.watch.status.streams, { timeout: 10_000 }).toBeGreaterThan(3)
  wire.server.stepUp()
  wire.commit(3)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.lookUps).toBe(1)
})

test('what cannot be looked up is looked up again', async () => {
  const { wire, reader } = await flowing()

  wire.log.failReads(4)
  wire.log.commit(3)
  wire.stream.fail(286)
  await reader.reached(6)

  expect(reader.positions).toEqual(upTo(6))
  expect(reader.notices.filter((notice) => notice.includes('could not be looked up'))).not.toHaveLength(0)
})

test('faults in a row leave no hole', async () => {
  const { wire, reader } = await flowing()
  const faults = [
    () => wire.stream.fail(286),
    () => wire.stream.cut(),
    () => wire.stream.fail(11600),
    () => wire.stream.invalidate(),
    () => wire.server.cutAll(),
    () => wire.stream.loseCursors(),
  ]

  for (const [index, fault] of [...faults, ...faults.toReversed()].entries()) {
    wire.commit(2)
    fault()
    wire.log.commit(1)
    wire.commit(1)
    await reader.reached(3 + 4 * index + 4)
  }

  expect(reader.positions).toEqual(upTo(3 + 4 * 12))
})

/** A reader who was given the first three changes. */
async function flowing(options?: Partial<ReadingOptions>): Promise<{ wire: Wire; reader: Reading }> {
  const wire = await aWire()
  const reader = await wire.read(options)
  wire.commit(3)
  await reader.reached(3)
  return { wire, reader }
}

/** Of the openings, undefined where one was anew. */
const tokens = ({ stream }: Wire) => stream.openings.map(({ resumeAfter }) => resumeAfter)

async function noticed(reader: Reading, words: string): Promise<void> {
  const isTold = () => reader.notices.some((notice) => notice.includes(words))
  await expect.poll(isTold, { timeout: 10_000, interval: 5 }).toBe(true)
}
