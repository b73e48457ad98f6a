import { expect, test } from 'vitest'
import { freely, posting } from '../testing/a-storage.ts'
import { Group } from './group.ts'
import type { CommitRequest } from './requests.ts'

const HOUR_MS = 3_600_000

function aRequest(patienceMs = HOUR_MS, text = 'hello'): CommitRequest {
  const draft = posting({ roomId: 'room', userId: 'user' }, text)
  const deadline = performance.now() + patienceMs
  return { drafts: [draft], options: freely(), resolve: () => undefined, reject: () => undefined, deadline }
}

test('who comes before the turn goes along, who comes after it waits for the next one', () => {
  const [one, two, three] = [aRequest(), aRequest(), aRequest()]
  const waiting = [one]
  const group = new Group(waiting)
  waiting.push(two)
  expect(group.take()).toEqual([one, two])
  waiting.push(three)

  expect(group.take()).toEqual([one, two])
  expect(waiting).toEqual([three])
})

test('a group is 100 commands or 1 MB, and never nothing', () => {
  const many = Array.from({ length: 101 }, () => aRequest())
  const large = Array.from({ length: 3 }, () => aRequest(HOUR_MS, 'x'.repeat(80_000)))
  const huge = [aRequest(HOUR_MS, 'x'.repeat(200_000)), aRequest()]

  expect(new Group(many).take()).toHaveLength(100)
  expect(new Group(large).take()).toHaveLength(2)
  expect(new Group(huge).take()).toHaveLength(1)
})

test('without a turn those who waited too long are a group, and the others go on waiting', () => {
  const [late, patient] = [aRequest(-1), aRequest()]
  const waiting = [late, patient]
  const group = new Group(waiting)

  expect(group.isOver()).toBe(true)
  expect(group.take()).toEqual([late])
  expect(waiting).toEqual([patient])
})

test('after its turn a group waits as long as the most patient one in it', () => {
  const waiting = [aRequest(-1), aRequest()]
  const group = new Group(waiting)
  group.take()
  expect(group.isOver()).toBe(false)

  expect(new Group([aRequest()]).isOver()).toBe(false)
  expect(new Group([aRequest(-1)]).isOver()).toBe(true)
})
