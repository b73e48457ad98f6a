import { randomUUID } from 'node:crypto'
import type { Signal } from '@suda/protocol'
import { MongoClient } from 'mongodb'
import { describe, expect, onTestFinished, test } from 'vitest'
import { mongoUrl } from '../../../testing/mongodb/mongo-url.ts'
import type { SignalsDocument } from './documents.ts'
import { Signals } from './signals.ts'
import { aStorage } from './testing/a-storage.ts'

test('DL9: what one process tells comes to the others, and not back to itself', async () => {
  const url = mongoUrl()
  const [here, there] = [await aStorage({ url }), await aStorage({ url })]
  const [toldHere, toldThere] = [collected(here.signals), collected(there.signals)]
  const [first, second] = [typing(), typing()]

  here.signals.tell(first)
  await expect.poll(() => toldThere).toEqual([first])
  there.signals.tell(second)

  await expect.poll(() => toldHere).toEqual([second])
  expect(toldThere).toEqual([first])
})

describe('what is written', () => {
  test('DL9: the first leaves at once, and what comes within the pause goes together, whoever types on only once', async () => {
    const { signals, written } = await aSender({ pauseMs: 50 })
    const [alice, bob] = [typing(), typing()]

    for (const signal of [alice, bob, alice, bob, alice]) signals.tell(signal)

    await expect
      .poll(async () => (await written()).map((document) => document.signals))
      .toEqual([[alice], [bob, alice]])
  })

  test('a crowd that types at once makes no document too large', async () => {
    const { signals, written } = await aSender({ pauseMs: 20 })
    signals.tell(typing())

    for (let count = 0; count < 2_000; count++) signals.tell(typing())

    await expect.poll(async () => (await written()).map((document) => document.signals.length)).toEqual([1, 400])
  })

  test('a database that cannot be reached costs what was told meanwhile, and nothing else', async () => {
    const { client, signals, written } = await aSender({ pauseMs: 1 })
    await client.close()
    signals.tell(typing())
    const last = typing()

    await expect
      .poll(async () => {
        signals.tell(last)
        await client.connect()
        return (await written()).map((document) => document.signals)
      })
      .toContainEqual([last])
  })
})

describe('what comes', () => {
  const good = typing()
  const now = () => new Date()

  test.each([
    ['no list', { at: now(), node: 'n', signals: 'typing' }],
    [
      'nothing known',
      { at: now(), node: 'n', signals: [null, 1, [], { kind: 'presence' }, { ...good, kind: 'Typing' }] },
    ],
    [
      'ids that are none',
      {
        at: now(),
        node: 'n',
        signals: [
          { ...good, roomId: { $ne: '' } },
          { ...good, userId: 'x\n' },
        ],
      },
    ],
    [
      'a time without end',
      { at: now(), node: 'n', signals: [Infinity, -1, 0, '6000', 60_001].map((forMs) => ({ ...good, forMs })) },
    ],
    ['something old', { at: new Date(Date.now() - 60_000), node: 'n', signals: [good] }],
    ['something without a time', { node: 'n', signals: [good] }],
    ['our own', { at: now(), node: 'this', signals: [good] }],
    ['an empty document', {}],
  ])('%s is passed over', async (_, document) => {
    const { signals } = await aSender()
    const told = collected(signals)

    signals.take([document, { at: now(), node: 'other', signals: [{ ...good, more: 'of a later version' }] }])

    expect(told).toEqual([good])
  })
})

async function aSender(options: { readonly pauseMs?: number } = {}) {
  const client = new MongoClient(mongoUrl())
  onTestFinished(() => client.close())
  const db = client.db()
  const written = () => db.collection<SignalsDocument>('signals').find().sort({ at: 1 }).toArray()
  return { client, signals: new Signals({ db, nodeId: 'this', ...options }), written }
}

function collected(signals: Signals): Signal[] {
  const told: Signal[] = []
  signals.onTold((some) => told.push(...some))
  return told
}

function typing(): Signal {
  return { kind: 'typing', roomId: randomUUID(), userId: randomUUID(), forMs: 6_000 }
}
