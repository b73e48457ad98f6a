import { expect, test } from 'vitest'
import { Turns, type Clock } from './turns.ts'

const TURN_MS = 8
/** Until a process knows that its turn is over and can ask for the next: the gap in which others find the turn free. */
const TRIP_MS = 0.5

/** Time that goes on when everybody waits for it, and chance that is the same each time. */
function aClock() {
  const waiting: { at: number; go: (value: unknown) => void }[] = []
  let now = 0
  let seed = 1
  const clock: Clock = {
    now: () => now,
    wait: (ms) => new Promise((go) => waiting.push({ at: now + ms, go })),
    // https://en.wikipedia.org/wiki/Linear_congruential_generator
    random: () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647,
  }
  const goOn = async () => {
    waiting.sort((a, b) => a.at - b.at)
    const next = waiting.shift()
    now = next?.at ?? now
    next?.go(undefined)
    await new Promise(setImmediate)
  }
  return { clock, goOn }
}

interface Crowd {
  readonly processes: number
  /** Or each begins again at once, and looks now and then. */
  readonly haveManners: boolean
}

/** All have more to write than they can. @returns whose turn it was, of a thousand turns */
async function turnsOf({ processes, haveManners }: Crowd): Promise<number[]> {
  const { clock, goOn } = aClock()
  const had: number[] = []
  const log = { isTaken: false }
  const write = async (process: number) => {
    const turns = new Turns(clock)
    while (had.length < 1_000) {
      if (haveManners) await turns.whenPolite()
      while (log.isTaken) await (haveManners ? turns.whenWorthALook() : clock.wait(TURN_MS * (0.5 + clock.random())))
      log.isTaken = true
      const beganAt = clock.now()
      await clock.wait(TURN_MS)
      had.push(process)
      log.isTaken = false
      const end = had.length
      await clock.wait(TRIP_MS)
      turns.had({ from: end, to: end, beganAt })
    }
  }
  void Array.from({ length: processes }, (_, process) => write(process))
  while (had.length < 1_000) await goOn()
  return had
}

/** The most turns of others between two of one process. */
function longestWait(had: readonly number[], processes: number): number {
  const waits = Array.from({ length: processes }, (_, process) => {
    const own = [...had.keys()].filter((n) => had[n] === process)
    return [...own, had.length].map((n, i) => n - (own[i - 1] ?? -1) - 1)
  })
  return Math.max(...waits.flat())
}

test('who writes alone never waits', async () => {
  const waits: number[] = []
  const turns = new Turns({ now: () => waits.length, wait: async (ms) => waits.push(ms), random: () => 0.5 })

  for (let position = 1; position <= 10; position++) {
    await turns.whenPolite()
    turns.had({ from: position, to: position, beganAt: -TURN_MS })
  }

  expect(waits).toEqual([])
})

test('once nobody else has written for a second one does not wait any more', async () => {
  const waits: number[] = []
  let now = 0
  const turns = new Turns({ now: () => now, wait: async (ms) => waits.push(ms), random: () => 0.5 })
  const haveOne = async (position: number) => {
    await turns.whenPolite()
    turns.had({ from: position, to: position, beganAt: now - TURN_MS })
  }

  for (const position of [1, 3, 4]) await haveOne(position)
  expect(waits).toEqual([TURN_MS / 2])

  now = 1_001
  for (const position of [5, 6]) await haveOne(position)
  expect(waits).toHaveLength(1)
})

test.each([2, 3, 5])(
  'of %i processes that write as fast as they can each has its part, and none waits for long',
  async (processes) => {
    const had = await turnsOf({ processes, haveManners: true })

    for (let process = 0; process < processes; process++) {
      const own = had.filter((one) => one === process).length
      expect(own).toBeGreaterThan(800 / processes)
      expect(own).toBeLessThan(1_200 / processes)
    }
    expect(longestWait(had, processes)).toBeLessThan(6 * processes)
  },
)

test('without manners somebody waits for far more turns', async () => {
  expect(longestWait(await turnsOf({ processes: 2, haveManners: false }), 2)).toBeGreaterThan(60)
})
