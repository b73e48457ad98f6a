import { expect, test } from 'vitest'
import { FakeClock } from './testing/fake-clock.ts'
import { TimerWheel } from './timer-wheel.ts'

test('DL13: each comes due once, never early and at most a tick late, near and far', () => {
  const { clock, due, item, wheel } = aWheel()
  const delays = [1, 249, 250, 251, 10_000, 63_999, 64_000, 64_001, 1_800_000]
  for (const delay of delays) wheel.schedule(item(), clock.now() + delay)
  const began = clock.now()

  clock.pass(2_000_000)

  const late = due.map(({ at }, index) => at - began - (delays[index] ?? 0))
  expect(due.length).toBe(delays.length)
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...late)).toBeLessThan(500)
})

test('DL13: another deadline replaces the first, sooner or later', () => {
  const { clock, due, item, wheel } = aWheel()
  const [sooner, later, never] = [item(), item(), item()]
  for (const one of [sooner, later, never]) wheel.schedule(one, clock.now() + 5_000)
  wheel.schedule(sooner, clock.now() + 1_000)
  wheel.schedule(later, clock.now() + 9_000)
  wheel.schedule(never, Infinity)

  clock.pass(1_500)
  expect(due.map(({ one }) => one)).toEqual([sooner])
  clock.pass(6_000)
  expect(due.length).toBe(1)
  clock.pass(2_000)

  expect(due.map(({ one }) => one)).toEqual([sooner, later])
})

test('may be asked again from inside, for ever', () => {
  const clock = new FakeClock()
  let beats = 0
  const wheel: TimerWheel<{ dueAt: number }> = new TimerWheel({
    clock,
    tickMs: 250,
    onDue: (one) => {
      beats++
      wheel.schedule(one, clock.now() + 1_000)
    },
  })
  wheel.schedule({ dueAt: 0 }, clock.now() + 1_000)

  clock.pass(60_500)

  expect(beats).toBeGreaterThanOrEqual(48)
  expect(beats).toBeLessThanOrEqual(60)
})

function aWheel() {
  const clock = new FakeClock()
  const due: { one: { dueAt: number }; at: number }[] = []
  const onDue = (one: { dueAt: number }): void => void due.push({ one, at: clock.now() })
  return { clock, due, item: () => ({ dueAt: 0 }), wheel: new TimerWheel({ clock, tickMs: 250, onDue }) }
}
