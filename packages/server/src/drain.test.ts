import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { drain } from './drain.ts'

const never = new AbortController().signal
const none = new Promise<never>(() => {})

test('DL14: the only process leaves nobody anything: its streams end at once', async () => {
  const asked: number[] = []

  await drain({ hub: aHub(none, asked), nodes: nodesThatAnswer(false), withinMs: 30_000, hurry: never })

  expect(asked).toEqual([])
})

test('DL14: beside others the streams have their time, and the process goes with the last one', async () => {
  const asked: number[] = []

  await drain({ hub: aHub(Promise.resolve(), asked), nodes: nodesThatAnswer(true), withinMs: 30_000, hurry: never })

  expect(asked).toEqual([30_000])
})

test('DL14: whoever is in a hurry waits for nothing', async () => {
  const hurry = new AbortController()
  const drained = drain({ hub: aHub(none), nodes: nodesThatAnswer(true), withinMs: 30_000, hurry: hurry.signal })

  expect(await Promise.race([drained.then(() => 'done'), wait(50, 'still there')])).toBe('still there')
  hurry.abort()
  await drained
})

test('DL14: when the time is over the rest is not waited for', async () => {
  await drain({ hub: aHub(none), nodes: nodesThatAnswer(true), withinMs: 20, hurry: never })
})

test('DL14: it ends as soon as the others are gone as well', async () => {
  await drain({ hub: aHub(none), withinMs: 30_000, lookMs: 1, hurry: never, nodes: nodesThatAnswer(true, true, false) })
})

test('DL14: a database that does not answer, or not in time, keeps nobody who has not begun and stops nobody who has', async () => {
  const asked: number[] = []
  const silent = { ...nodesThatAnswer(true), hasOthers: () => none }

  await drain({ hub: aHub(none, asked), withinMs: 30_000, patienceMs: 1, hurry: never, nodes: silent })
  await drain({ hub: aHub(none, asked), withinMs: 30_000, lookMs: 1, hurry: never, nodes: nodesThatAnswer(away) })
  expect(asked).toEqual([])
  await drain({
    hub: aHub(none, asked),
    withinMs: 30_000,
    lookMs: 1,
    hurry: never,
    nodes: nodesThatAnswer(true, away, false),
  })

  expect(asked).toEqual([30_000])
})

const away = new Error('the database is away')

function aHub(gone: Promise<void>, asked: number[] = []) {
  return {
    shutdownGradually(withinMs: number) {
      asked.push(withinMs)
      return gone
    },
  }
}

/** The last answer again and again. */
function nodesThatAnswer(...answers: (boolean | Error)[]) {
  return {
    join: async () => {},
    leave: async () => {},
    async hasOthers() {
      const answer = (answers.length > 1 ? answers.shift() : answers[0]) ?? false
      if (typeof answer === 'boolean') return answer
      throw answer
    },
  }
}
