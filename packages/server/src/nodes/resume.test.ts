import { formatCursor } from '@suda/protocol'
import { expect, test } from 'vitest'
import type { Client } from '../testing/a-client.ts'
import { aSharedSite, at } from '../testing/a-shared-site.ts'

test('DL1: whoever goes on at another process, from whatever position, is told exactly what came after it', async () => {
  const site = await aSharedSite()
  const [here, there] = await Promise.all([site.startNode(), site.startNode()])
  const [alice, bob] = [await site.addUser('alice'), await site.addUser('bob')]
  await site.addRoom('general', { owner: alice, members: [bob] })
  const { epoch, position: from } = await site.storage.head()
  for (let count = 0; count < 10; count++) {
    const { body } = await at(here, alice).post('/api/rooms/general/messages', { text: `first ${count}` })
    await at(there, bob).post('/api/rooms/general/messages', { text: `second ${count}` })
    await at(there, alice).patch(`/api/messages/${body.message.id}`, { text: `edited ${count}` })
    if (count % 3 === 0) await at(here, alice).delete(`/api/messages/${body.message.id}`)
  }
  const { position: end } = await site.storage.head()

  for (let position = from; position < end; position++) {
    const cursor = formatCursor(epoch, position)
    const [told, same] = [await toldAfter(cursor, at(here, bob)), await toldAfter(cursor, at(there, bob))]
    expect(told, cursor).toEqual(same)
    expect(told.cursor).toBe(formatCursor(epoch, end))
    expect(told.changes.every((change) => change.position > position)).toBe(true)
  }
})

async function toldAfter(cursor: string, reader: Client) {
  const { body } = await reader.get(`/api/feed?cursor=${cursor}`, { headers: { accept: 'application/json' } })
  return body as { readonly cursor: string; readonly changes: readonly { readonly position: number }[] }
}
