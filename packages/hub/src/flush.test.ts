import { describe, expect, test } from 'vitest'
import { Flusher } from './flush.ts'
import { aHub } from './testing/a-hub.ts'
import { FakeClock } from './testing/fake-clock.ts'
import { World } from './testing/world.ts'

describe('Flusher', () => {
  test('DL11: works in slices, and everything else gets its turn between them', () => {
    const { clock, done, flusher } = aFlusher()
    clock.lookMs = 0.5 // each fourth item looks

    for (let number = 0; number < 100; number++) flusher.add({ number, isQueued: false })
    flusher.flush()

    expect(done.length).toBe(24)
    clock.turn()
    expect(done.length).toBe(48)
    clock.settle()
    expect(done).toEqual(Array.from({ length: 100 }, (_, number) => number))
  })

  test('DL11: what is added in a turn that had its slice waits for the next one', () => {
    const { clock, done, flusher } = aFlusher()
    flusher.add({ number: 1, isQueued: false })
    flusher.flush()

    flusher.add({ number: 2, isQueued: false })
    flusher.flush()

    expect(done).toEqual([1])
    clock.turn()
    expect(done).toEqual([1, 2])
  })

  test('an item stands in the queue once, and anew once its turn has come', () => {
    const { clock, done, flusher } = aFlusher()
    const item = { number: 1, isQueued: false }

    flusher.add(item)
    flusher.add(item)
    flusher.flush()
    flusher.add(item)
    flusher.flush()
    clock.settle()

    expect(done).toEqual([1, 1])
  })

  test('asks for no turn when there is nothing to do', () => {
    const { clock, flusher } = aFlusher()

    flusher.add({ number: 1, isQueued: false })
    flusher.flush()
    clock.turn()

    expect(clock.waiting).toBe(0)
  })

  test('DL11: a broadcast to 10,000 streams holds the process for less than 10 ms a slice', () => {
    const world = new World()
    world.createRoom('general', 'public')
    world.join('alice', 'general')
    const { clock, connect, hub } = aHub({ world })
    const sinks = Array.from({ length: 10_000 }, () => connect('alice').sink)
    // As if each write and each look took a while: the clock runs by 7 us a write, as a socket's does.
    for (const sink of sinks) sink.write = () => void (clock.lookMs += 0)
    clock.lookMs = 0.007

    const slices: number[] = []
    const began = clock.now()
    hub.push([world.post('general')])
    slices.push(clock.now() - began)
    while (clock.waiting > 0) {
      const start = clock.now()
      clock.turn()
      slices.push(clock.now() - start)
    }

    expect(Math.max(...slices)).toBeLessThan(10)
    expect(slices.length).toBeGreaterThan(5)
    expect(hub.status().deliveries).toBe(10_000)
  })
})

function aFlusher() {
  const clock = new FakeClock()
  const done: number[] = []
  const advance = ({ number }: { number: number }): void => void done.push(number)
  const flusher = new Flusher<{ number: number; isQueued: boolean }>({ clock, sliceMs: 3, advance })
  return { clock, done, flusher }
}
