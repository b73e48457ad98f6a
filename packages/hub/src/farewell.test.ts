import { expect, test } from 'vitest'
import { aHub } from './testing/a-hub.ts'
import { World } from './testing/world.ts'

test('DL14: streams end evenly, those first that are open for longest, and each is told when to come back', async () => {
  const { clock, clients, hub } = aCrowd(1_000)
  const open = () => clients.filter(({ sink }) => !sink.isEnded).length

  const ended = hub.shutdownGradually(20_000)

  const counts = Array.from({ length: 20 }, () => {
    clock.pass(1_000)
    return open()
  })
  expect(counts).toEqual(Array.from({ length: 20 }, (_, second) => 1_000 - 50 * (second + 1)))
  await ended
  for (const { sink } of clients)
    expect(sink.text).toMatch(/retry: 1750\n\nevent: bye\n.*"shutdown","reconnect":true}\n\n$/)
})

test('DL14: in one tick end no more than their share', () => {
  const { clock, clients, hub } = aCrowd(1_000)
  void hub.shutdownGradually(20_000)

  const before = clients.filter(({ sink }) => sink.isEnded).length
  clock.pass(250)

  expect(before).toBe(0)
  expect(clients.map(({ sink }) => sink.isEnded).lastIndexOf(true)).toBe(12)
})

test('DL14: a few streams do not keep a process for long', async () => {
  const { clock, clients, hub } = aCrowd(10)
  const ended = hub.shutdownGradually(30_000)

  clock.pass(500)

  await ended
  expect(clients.every(({ sink }) => sink.bye === 'shutdown')).toBe(true)
})

test('DL14: who is still open goes on being told, and who comes while the process stops is sent away at once', async () => {
  const { clients, clock, connect, feed, hub, world } = aCrowd(100)
  void hub.shutdownGradually(10_000)
  clock.pass(1_000)

  world.post('general')
  feed()
  const late = connect('alice')

  expect(clients[0]?.sink.positions).toEqual([])
  expect(clients.at(-1)?.sink.positions).toEqual([4])
  expect(late.sink.bye).toBe('shutdown')
})

test('DL14: a shutdown at once ends the rest of a gradual one', async () => {
  const { clients, clock, hub } = aCrowd(100)
  const ended = hub.shutdownGradually(10_000)
  clock.pass(1_000)

  hub.shutdown()

  await ended
  expect(clients.every(({ sink }) => sink.bye === 'shutdown')).toBe(true)
})

test('DL14: nothing is waited for where nobody is there, or everybody has left', async () => {
  await aCrowd(0).hub.shutdownGradually(10_000)
  const { clients, clock, hub } = aCrowd(100)
  const ended = hub.shutdownGradually(10_000)

  for (const { sink } of clients) sink.disconnect()
  clock.pass(250)

  await ended
})

function aCrowd(count: number) {
  const world = new World()
  world.createRoom('general', 'public')
  world.join('alice', 'general')
  world.post('general')
  const set = aHub({ world })
  return { ...set, clients: Array.from({ length: count }, () => set.connect('alice')) }
}
