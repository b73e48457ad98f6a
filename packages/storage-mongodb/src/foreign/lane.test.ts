import { expect, onTestFinished, test } from 'vitest'
import { itemOf, type Item, type Outcome, type Settled } from './foreign-row.ts'
import { Lane, type LaneOptions } from './lane.ts'

test('rows are posted one after the other in the order in which they came', async () => {
  const { lane, posted, untilEmpty } = aLane()

  lane.push(rows('a', 'b'))
  lane.push(rows('c'))
  expect(posted).toEqual([])
  lane.release()
  await untilEmpty()

  expect(posted).toEqual(['a', 'b', 'c'])
})

test('a row is in the lane once, and may come again when it is done with', async () => {
  const { lane, posted, untilEmpty } = aLane()
  lane.push(rows('a', 'a'))
  expect([lane.has('a'), lane.has('b')]).toEqual([true, false])
  lane.release()
  await untilEmpty()
  expect([posted, lane.has('a')]).toEqual([['a'], false])

  lane.push(rows('a'))
  await untilEmpty()

  expect(posted).toEqual(['a', 'a'])
})

test('behind a row that cannot be posted now all wait, and are told of once', async () => {
  const failures = ['the database is away', 'the database is away']
  const { lane, notices, posted, untilEmpty } = aLane({
    before: (sourceId) => {
      const failure = sourceId === 'b' ? failures.shift() : undefined
      return failure === undefined ? undefined : new Error(failure)
    },
  })

  lane.push(rows('a', 'b', 'c'))
  lane.release()
  await untilEmpty()

  expect(posted).toEqual(['a', 'b', 'c'])
  expect(notices).toEqual(['the lane waits: the database is away'])
})

test('a row that could not be settled is posted again', async () => {
  let failures = 1
  const { lane, posted, settled, untilEmpty } = aLane({
    settle: async (some) => {
      if (failures-- > 0) throw new Error('away')
      settled.push(...some.map(({ item }) => item.row.sourceId))
    },
  })

  lane.push(rows('a', 'b'))
  lane.release()
  await untilEmpty()

  expect([posted, settled]).toEqual([
    ['a', 'b', 'a', 'b'],
    ['a', 'b'],
  ])
})

test('what others settled while they went first is let go of', async () => {
  const { lane, posted, untilEmpty } = aLane({
    delayMs: () => 1,
    waiting: async (items) => items.filter(({ row }) => row.sourceId !== 'b'),
  })

  lane.push(rows('a', 'b', 'c'))
  lane.release()
  await untilEmpty()

  expect(posted).toEqual(['a', 'c'])
})

test('while others get on, this process does not come in between', async () => {
  const theirs = ['a', 'b', 'c', 'd']
  const { lane, posted, untilEmpty } = aLane({
    delayMs: () => 1,
    waiting: async (items) => {
      const gone = theirs.splice(0, 2)
      return items.filter(({ row }) => !gone.includes(row.sourceId))
    },
  })

  lane.push(rows('a', 'b', 'c', 'd', 'e'))
  lane.release()
  await untilEmpty()

  expect(posted).toEqual(['e'])
})

test('what was looked up comes before what came meanwhile, each once', async () => {
  const { lane, posted, untilEmpty } = aLane()
  lane.release()
  await lane.hold()

  lane.push(rows('c', 'd'))
  lane.release(rows('a', 'b', 'c'))
  await untilEmpty()

  expect(posted).toEqual(['a', 'b', 'c', 'd'])
})

test('what is left when a look begins comes before what is found, and what comes meanwhile behind it', async () => {
  const posting = Promise.withResolvers<void>()
  const { lane, posted, untilEmpty } = aLane({
    waiting: async (items) => {
      await posting.promise
      return items
    },
  })
  lane.push(rows(...Array.from({ length: 30 }, (_, n) => `left ${n}`)))
  lane.release()

  const held = lane.hold()
  lane.push(rows('later'))
  posting.resolve()
  await held
  lane.release(rows('found', 'later'))
  await untilEmpty()

  expect(posted.slice(-3)).toEqual(['left 29', 'found', 'later'])
  expect(posted).toHaveLength(32)
})

test('what came before a second look began is left to that look', async () => {
  const { lane, posted, untilEmpty } = aLane()
  lane.push(rows('between'))

  await lane.begin()
  expect(lane.has('between')).toBe(false)
  lane.push(rows('later'))
  lane.release(rows('between', 'missed'))
  await untilEmpty()

  expect(posted).toEqual(['between', 'missed', 'later'])
})

test('what there is no room for while a look is made must be looked up after it', async () => {
  const { lane, cuts, posted, untilEmpty } = aLane()
  const large = Array.from({ length: 300 }, (_, n) =>
    itemOf(n, { source: 's', sourceId: `${n}`, text: 'x'.repeat(60_000) }),
  )
  await lane.hold()
  lane.push(large)

  lane.release(rows('found'))
  await untilEmpty()

  expect(posted[0]).toBe('found')
  expect(posted.length).toBeLessThan(300)
  expect(cuts).toEqual([true])
})

test('nothing overtakes what there is no room for: it and all behind it must be looked up', async () => {
  const { lane, cuts, posted, untilEmpty } = aLane()
  const large = Array.from({ length: 300 }, (_, n) =>
    itemOf(n, { source: 's', sourceId: `${n}`, text: 'x'.repeat(60_000) }),
  )

  lane.push(large)
  lane.push(rows('small'))
  lane.release()
  await untilEmpty()

  expect(posted).toEqual(large.slice(0, posted.length).map(({ row }) => row.sourceId))
  expect(posted.length).toBeGreaterThan(200)
  expect(posted.length).toBeLessThan(300)
  expect(cuts).toEqual([true])

  await lane.hold()
  lane.release(rows('rest'), false)
  await untilEmpty()
  expect([posted.at(-1), cuts]).toEqual(['rest', [true, false]])
})

test('of what was looked up in part nothing that came meanwhile is kept', async () => {
  const { lane, cuts, posted, untilEmpty } = aLane()
  lane.push(rows('later'))

  lane.release(rows('a'), true)
  await untilEmpty()

  expect([posted, cuts]).toEqual([['a'], [true]])
})

test('a row that is wrong already is not posted', async () => {
  const { lane, outcomes, posted, untilEmpty } = aLane()

  lane.push([itemOf(1, { source: 's', sourceId: 'large', text: 'x'.repeat(65_537) }), ...rows('a')])
  lane.release()
  await untilEmpty()

  expect(posted).toEqual(['a'])
  expect(outcomes).toEqual([{ error: 'payload_too_large' }, { posted: true }])
})

test('a closed lane finishes what it is at', async () => {
  const begun = Promise.withResolvers<void>()
  const posting = Promise.withResolvers<Outcome[]>()
  const { lane, settled } = aLane({
    post: () => {
      begun.resolve()
      return posting.promise
    },
  })
  lane.push(rows('a'))
  lane.release()
  await begun.promise

  lane.push(rows('b'))
  const closed = lane.close()
  posting.resolve([{ posted: true }])
  await closed

  expect(settled).toEqual(['a'])
})

test('a closed lane begins nothing more, whatever it is given', async () => {
  const { lane, posted } = aLane()
  await lane.close()

  lane.push(rows('a'))
  lane.release(rows('b'))
  await lane.close()

  expect(posted).toEqual([])
})

/** @param before of each posting */
function aLane({
  before = () => undefined,
  ...options
}: Partial<LaneOptions> & { before?: (sourceId: string) => Error | undefined } = {}) {
  const [posted, settled, notices]: [string[], string[], string[]] = [[], [], []]
  const [outcomes, cuts]: [Outcome[], boolean[]] = [[], []]
  let wake = () => {}
  const lane = new Lane({
    name: 'the lane',
    delayMs: () => 0,
    waiting: async (items) => items,
    post: async (some) => {
      let again: Error | undefined
      return some.map(({ sourceId }) => {
        again ??= before(sourceId)
        if (again !== undefined) return { again }
        posted.push(sourceId)
        return { posted: true }
      })
    },
    settle: async (some: readonly Settled[]) => {
      settled.push(...some.map(({ item }) => item.row.sourceId))
      outcomes.push(...some.map(({ outcome }) => outcome))
    },
    onNotice: (line) => notices.push(line),
    onEmpty: (isCut) => {
      cuts.push(isCut)
      wake()
    },
    ...options,
  })
  onTestFinished(() => lane.close())
  const untilEmpty = () => new Promise<void>((resolve) => (wake = resolve))
  return { lane, posted, settled, outcomes, notices, cuts, untilEmpty }
}

function rows(...names: readonly string[]): Item[] {
  return names.map((sourceId) => itemOf(sourceId, { source: 's', sourceId, room: 'r', author: 'a', text: sourceId }))
}
