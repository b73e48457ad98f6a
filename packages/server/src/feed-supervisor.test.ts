import { setTimeout as wait } from 'node:timers/promises'
import { AnotherLogError, TrimmedError } from '@suda/core'
import { expect, test } from 'vitest'
import { pino } from 'pino'
import { superviseFeed } from './feed-supervisor.ts'
import { startServer } from './testing/start-server.ts'

test('DL2: a feed that broke off is taken up again behind the last change, without a hole', async () => {
  const { storage, addUser } = await startServer()
  await addUser('alice')
  await addUser('bob')
  const logged: string[] = []
  const stopping = new AbortController()
  const asked: number[] = []
  const changes = await storage.changesAfter(0, 100)
  const target = {
    head: 0,
    push: (pushed: typeof changes) => void (target.head = pushed.at(-1)?.position ?? target.head),
  }
  async function* feed(position: number) {
    asked.push(position)
    yield changes.filter((change) => change.position === position + 1)
    if (asked.length < 3) throw new Error('planted')
    await new Promise((resolve) => stopping.signal.addEventListener('abort', resolve))
  }

  const supervised = superviseFeed({
    storage: { feed, changesAfter: (position, limit) => storage.changesAfter(position, limit) },
    hub: target,
    logger: pino({ level: 'error' }, { write: (line) => void logged.push(line) }),
    stopping: stopping.signal,
  })
  await expect.poll(() => asked).toEqual([0, 1, 2])
  stopping.abort()
  await Promise.race([supervised, wait(1_000).then(() => Promise.reject(new Error('it does not end')))])

  expect(target.head).toBe(3)
  expect(logged.map((line) => (JSON.parse(line) as { err: { message: string } }).err.message)).toEqual([
    'planted',
    'planted',
  ])
})

test.each([new TrimmedError(100), new AnotherLogError('replaced')])(
  'DL2b: after %s a process does not pretend to go on',
  async (error) => {
    async function* feed() {
      yield []
      throw error
    }

    const supervised = superviseFeed({
      storage: { feed, changesAfter: async () => [] },
      hub: { head: 3, push: () => {} },
      logger: pino({ level: 'silent' }),
      stopping: new AbortController().signal,
    })

    await expect(supervised).rejects.toBe(error)
  },
)
