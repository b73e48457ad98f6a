/** A program ends in the middle of things and begins again on the same device. */

import { Chat, memoryStore, thisPlatform, type ChatState, type LocalStore } from '@suda/client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { startSite, type TestSite } from '../kit/site.ts'
import { until } from '../kit/until.ts'

let site: TestSite<'anna' | 'bert', 'red'>

beforeAll(async () => {
  site = await startSite({ users: ['anna', 'bert'], rooms: ['red'] })
})
afterAll(() => site.close())

test('what was said while the server was away survives the end of the program and is sent once, in order', async () => {
  const device = aDevice()
  const first = device.open('anna')
  await first.start()
  await site.server.kill()
  const texts = ['하나', '둘', '셋']
  for (const text of texts) first.post(site.rooms.red, text)
  expect(textsOf(first.state.outgoing)).toEqual(texts)
  await until('it is kept', async () => (await device.local.outgoing()).length === texts.length)
  first.stop()

  const second = device.open('anna')
  await second.start()
  expect(textsOf(second.state.outgoing)).toEqual(texts)
  await site.server.start()
  await until('all is sent', () => second.state.outgoing.length === 0, { withinMs: 40_000 })

  expect(await storedTexts()).toEqual(texts)
  expect(await device.local.outgoing()).toEqual([])
})

test('what was read is read again without the server', async () => {
  const device = aDevice()
  const first = device.open('anna')
  await first.start()
  const close = first.open(site.rooms.red)
  await first.loadMessages(site.rooms.red)
  const { data } = first.state
  close()
  first.stop()
  await site.server.kill()

  const second = device.open('anna')
  await second.start()

  expect(second.state.data).toEqual(data)
  expect(second.state.data?.windows[site.rooms.red]?.[0]?.messages.length).toBeGreaterThan(0)
  await site.server.start()
})

test('nobody else gets to see it, and nobody sends what another one said', async () => {
  const device = aDevice()
  const anna = device.open('anna')
  await anna.start()
  const room = '01900000-0000-7000-8000-000000000000'
  const id = anna.post(room, 'to nowhere')
  await until('it is refused', () => anna.state.outgoing.some(({ state }) => state === 'failed'))
  anna.stop()
  expect((await device.local.load())?.userId).toBe(anna.state.data?.me.id)

  const bert = device.open('bert')
  await bert.start()

  expect(bert.state.data?.me.username).toBe('bert')
  expect(bert.state.outgoing).toEqual([])
  bert.stop()
  const again = device.open('anna')
  await again.start()
  expect(again.state.outgoing).toMatchObject([{ id, state: 'failed', error: { code: 'not_found' } }])
  again.discard(id)
  expect(again.state.outgoing).toEqual([])
})

interface Device {
  readonly local: LocalStore
  open(name: 'anna' | 'bert'): Chat
}

function aDevice(): Device {
  const local = memoryStore()
  const notes = new Map<string, string>()
  const platform = {
    ...thisPlatform(),
    openLocal: () => local,
    notes: {
      getItem: (key: string) => notes.get(key) ?? null,
      setItem: (key: string, value: string) => void notes.set(key, value),
    },
  }
  return {
    local,
    open(name) {
      const chat = new Chat({ url: site.server.url, token: site.tokens[name], platform })
      onTestFinished(() => chat.stop())
      return chat
    },
  }
}

function textsOf(outgoing: ChatState['outgoing']): string[] {
  return outgoing.map(({ command }) => ('text' in command ? command.text : command.kind))
}

async function storedTexts(): Promise<string[]> {
  const chat = new Chat({ url: site.server.url, token: site.tokens.bert })
  const path = { room: site.rooms.red }
  const { messages } = await chat.api.call('GET /api/rooms/{room}/messages', { path })
  return messages.filter(({ kind }) => kind === 'text').map(({ text }) => text)
}
