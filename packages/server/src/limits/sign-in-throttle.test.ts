import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SignInThrottle, type Attempt, type ThrottleOptions } from './sign-in-throttle.ts'

const MINUTE = 60_000
const HOME = '10.0.0.1'

describe('one name from one address', () => {
  test('may fail five times, then each failure makes the next attempt wait twice as long, up to 15 minutes', () => {
    const site = aSite()
    for (let index = 0; index < 5; index++) site.guess('alice')

    const waits: number[] = []
    for (let index = 0; index < 12; index++) {
      waits.push(site.wait('alice'))
      site.pass(site.wait('alice') * 1_000)
      // What is guessed from everywhere else is another matter.
      site.guess('alice')
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
  })

  test('is held up neither under another name nor at another address', () => {
    const site = aSite()
    for (let index = 0; index < 5; index++) site.guess('alice')

    expect(site.wait('alice')).toBe(1)
    expect(site.wait('alice', '2001:db8::1')).toBe(0)
    expect(site.wait('bob')).toBe(0)
  })

  test('that asks during a delay does not make it longer', () => {
    const site = aSite()
    for (let index = 0; index < 6; index++) {
      site.pass(1_000)
      site.guess('alice')
    }
    for (let index = 0; index < 100; index++) expect(site.wait('alice')).toBe(2)

    site.pass(2_000)
    expect(site.wait('alice')).toBe(0)
  })

  test('is forgiven by the right password, and after 15 quiet minutes', () => {
    const site = aSite()
    for (let index = 0; index < 5; index++) site.guess('alice')
    site.pass(1_000)
    site.begin('alice').end('right')
    for (let index = 0; index < 4; index++) site.guess('alice')
    expect(site.wait('alice')).toBe(0)

    for (let index = 0; index < 5; index++) site.guess('bob')
    site.pass(15 * MINUTE + 1_000)
    for (let index = 0; index < 4; index++) site.guess('bob')
    expect(site.wait('bob')).toBe(0)
  })

  test('has as many attempts under way as it may fail, and then one', () => {
    const site = aSite()
    const attempts: Attempt[] = []
    for (let index = 0; index < 100; index++) if (site.wait('alice') === 0) attempts.push(site.begin('alice'))
    expect(attempts).toHaveLength(5)

    for (const attempt of attempts) attempt.end('wrong')
    site.pass(1_000)
    const next = site.begin('alice')
    expect(site.wait('alice')).toBe(1)
    next.end('wrong')
    expect(site.wait('alice')).toBe(2)
  })

  test('is not charged for an attempt that came to nothing, nor twice for one that ends twice', () => {
    const site = aSite()
    for (let index = 0; index < 50; index++) site.begin('alice').end('unknown')
    const attempt = site.begin('alice')
    for (let index = 0; index < 50; index++) attempt.end('wrong')

    for (let index = 0; index < 3; index++) site.guess('alice')
    expect(site.wait('alice')).toBe(0)
  })
})

describe('one address', () => {
  test('may fail thirty times in 15 minutes, whatever the names', () => {
    const site = aSite()
    for (let index = 0; index < 30; index++) site.guess(`user ${index}`)

    expect(site.wait('another')).toBe(30)
    expect(site.wait('another', '10.0.0.2')).toBe(0)
    site.pass(30_000)
    site.guess('another')
    expect(site.wait('yet another')).toBe(30)
  })

  test('is not made free by a right password, as whoever guesses may have an account', () => {
    const site = aSite()
    for (let index = 0; index < 29; index++) site.guess(`user ${index}`)
    site.begin('mallory').end('right')
    site.guess('victim')

    expect(site.wait('victim')).toBe(30)
  })

  test('lets a whole class sign in at the same time', () => {
    const site = aSite()
    const attempts = Array.from({ length: 40 }, (_, index) => site.begin(`pupil ${index}`))

    for (const attempt of attempts) attempt.end('right')
    expect(site.wait('pupil 40')).toBe(0)
  })

  test('waits for each that was wrong of a crowd, at most for a quarter of an hour', () => {
    const site = aSite()
    const crowd = (size: number) => Array.from({ length: size }, (_, index) => site.begin(`user ${index}`))
    for (const attempt of crowd(50)) attempt.end('wrong')
    expect(site.wait('another')).toBe(21 * 30)

    site.pass(21 * 30_000)
    for (const attempt of crowd(50)) attempt.end('wrong')
    expect(site.wait('another')).toBe(31 * 30)
  })

  test('that somebody makes wait lets those in who have signed in from it before', () => {
    const site = aSite()
    site.begin('alice').end('right')
    for (let index = 0; index < 30; index++) site.guess(`user ${index}`)

    expect(site.wait('bob')).toBe(30)
    expect(site.wait('alice')).toBe(0)
    for (let index = 0; index < 5; index++) site.guess('alice')
    expect(site.wait('alice')).toBe(1)
  })
})

describe('one name that is guessed from everywhere', () => {
  test('has whoever is new there wait up to 30 seconds, and lets in whoever waited', () => {
    const site = aSite()
    attack(site, 'alice', 60)
    expect(site.wait('alice', HOME)).toBe(30)

    // Others keep asking meanwhile, and guess as soon as they may.
    for (let second = 0; second < 30; second++) {
      site.pass(1_000)
      for (let index = 0; index < 50; index++) site.tryOnce('alice', `10.2.0.${index}`)
    }
    site.begin('alice', HOME).end('right')
  })

  test('keeps nobody out where they have signed in before', () => {
    const site = aSite()
    site.begin('alice', HOME).end('right')
    attack(site, 'alice', 200)

    expect(site.wait('alice', '10.9.9.9')).toBe(30)
    expect(site.wait('alice', HOME)).toBe(0)
  })

  test('makes an address wait for each guess', () => {
    const site = aSite()
    attack(site, 'alice', 60)
    expect(site.wait('alice', HOME)).toBe(30)
    site.pass(30_000)
    site.guess('alice', HOME)

    expect(site.wait('alice', HOME)).toBeGreaterThan(25)
  })

  test('lets in one guess at a time of whoever waited', () => {
    const site = aSite()
    attack(site, 'alice', 60)
    site.wait('alice', HOME)
    site.pass(30_000)
    const attempt = site.begin('alice', HOME)

    expect(site.wait('alice', HOME)).toBe(1)
    attempt.end('unknown')
    expect(site.wait('alice', HOME)).toBe(0)
  })

  test('counts what is under way', () => {
    const site = aSite()
    const begun = Array.from({ length: 500 }, (_, index) => `10.1.${index >> 8}.${index & 255}`).filter((address) => {
      if (site.wait('alice', address) > 0) return false
      site.begin('alice', address)
      return true
    })

    expect(begun).toHaveLength(50)
  })
})

test('a name is held up whether or not it exists, and for as long', () => {
  const [known, unknown] = [aSite(), aSite()]
  known.begin('alice', '10.5.5.5').end('right')
  for (const site of [known, unknown]) for (let index = 0; index < 7; index++) site.guessPatiently('alice')

  expect(known.wait('alice')).toBe(unknown.wait('alice'))
})

test('a block survives ten thousand other names and addresses, in bounded memory', () => {
  const site = aSite({ maxKeys: 200 })
  for (let index = 0; index < 12; index++) site.guessPatiently('alice')
  const wait = site.wait('alice')
  for (let index = 0; index < 10_000; index++) {
    const address = `10.1.${index >> 8}.${index & 255}`
    site.tryOnce(`user ${index}`, address)
  }

  expect(site.wait('alice')).toBe(wait)
  expect(wait).toBe(128)
})

test('who has signed in somewhere is not held up there by a flood of strangers', () => {
  const site = aSite({ maxKeys: 200 })
  site.begin('alice', HOME).end('right')
  for (let index = 0; index < 10_000; index++) {
    const address = `10.1.${index >> 8}.${index & 255}`
    site.tryOnce(`user ${index}`, address)
  }

  site.begin('alice', HOME).end('wrong')
  site.begin('alice', HOME).end('right')
})

test('nobody is held up where the limits are lifted', () => {
  const site = aSite({ isOff: true })
  for (let index = 0; index < 1_000; index++) site.guess('alice')

  expect(site.wait('alice')).toBe(0)
})

test('of one name and address no window of time has more failures than five and one for each delay', () => {
  const moves = fc.array(fc.record({ pause: fc.nat(20_000), parallel: fc.integer({ min: 1, max: 8 }) }), {
    maxLength: 80,
  })
  fc.assert(
    fc.property(moves, (steps) => {
      const site = aSite()
      let failures = 0
      let sinceFirst = 0
      for (const { pause, parallel } of steps) {
        site.pass(pause)
        if (failures > 0) sinceFirst += pause
        const begun = Array.from({ length: parallel }, () => site.wait('alice') === 0 && site.begin('alice'))
        for (const attempt of begun) {
          if (attempt === false) continue
          attempt.end('wrong')
          failures += 1
        }
        // Nothing is forgotten in this time: 1 + 2 + 4 + … seconds lie between all that came after the fifth.
        if (failures > 5) expect(2 ** (failures - 5) - 1).toBeLessThanOrEqual(sinceFirst / 1_000)
      }
    }),
  )
})

/** Every address guesses once, those who are told to wait half a minute later. */
function attack(site: ReturnType<typeof aSite>, account: string, times: number): void {
  const addresses = Array.from({ length: times }, (_, index) => `10.1.0.${index}`)
  const patient = addresses.filter((address) => !site.tryOnce(account, address))
  site.pass(30_000)
  for (const address of patient) site.guess(account, address)
}

function aSite(options: ThrottleOptions = {}) {
  let time = 0
  const throttle = new SignInThrottle({ now: () => time, ...options })
  const begin = (account: string, address = HOME) => throttle.begin({ account, address })
  const wait = (account: string, address = HOME) => waitOf(() => begin(account, address))
  const pass = (ms: number) => {
    time += ms
  }
  const guess = (account: string, address = HOME) => begin(account, address).end('wrong')
  return {
    begin,
    guess,
    /** @returns whether it was let in */
    tryOnce: (account: string, address = HOME) => {
      const isLetIn = wait(account, address) === 0
      if (isLetIn) guess(account, address)
      return isLetIn
    },
    pass,
    wait,
    guessPatiently: (account: string, address = HOME) => {
      pass(wait(account, address) * 1_000)
      guess(account, address)
    },
  }
}

/** The seconds that an attempt is told to wait; it is taken back where it was let in. */
function waitOf(begin: () => Attempt): number {
  try {
    begin().end('unknown')
    return 0
  } catch (error) {
    return error instanceof Error && 'retryAfterSeconds' in error ? Number(error.retryAfterSeconds) : NaN
  }
}
