import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('postMessage', () => {
  test('a member posts, and every kind of reader ends in the state that a fresh read gives', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })

    await verifyCommand(site, 'alice', { type: 'postMessage', room: 'general', text: 'hello @bob' })

    expect(await site.messages('general')).toMatchObject([{ seq: 1, text: 'hello @bob', mentions: [{ as: 'bob' }] }])
  })

  test('a reader of a public room joins by posting', async () => {
    const site = await aSite({ rooms: { general: ['alice'] }, users: ['bob'] })

    const changes = await verifyCommand(site, 'bob', { type: 'postMessage', room: 'general', text: 'hi' })

    expect(changes.map((change) => change.type)).toEqual(['member.joined', 'message.posted'])
  })
})
