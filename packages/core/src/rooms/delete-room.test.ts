import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('deleteRoom', () => {
  test.each(['public', 'private'])(
    'a %s room is gone for everybody at once, and its slug is free',
    async (visibility) => {
      const rooms = {
        general: { private: visibility === 'private', members: ['bob'], moderators: ['mia'] },
        other: ['bob'],
      }
      const site = await aSite({ rooms })
      await site.as('bob').postMessage('general', 'hello')

      await verifyCommand(site, 'mia', { type: 'deleteRoom', room: 'general' })

      await expect(site.as('bob').postMessage('general', 'x')).rejects.toMatchObject({ code: 'not_found' })
      await site.as('bob').createRoom('general')
      expect(await site.messages('general')).toEqual([])
    },
  )

  test('nobody but moderators, admins who may read it and the operator delete a room', async () => {
    const site = await aSite({
      rooms: {
        one: { members: ['bob'], moderators: ['mia'] },
        two: ['bob'],
        plans: { private: true, members: ['bob'] },
      },
      roles: { ada: 'admin' },
      users: ['carol'],
    })
    const attempt = (name: string, room: string) => site.as(name).deleteRoom(room)

    await expect(attempt('bob', 'one')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt('carol', 'one')).rejects.toMatchObject({ code: 'forbidden' })
    await expect(attempt('carol', 'plans')).rejects.toMatchObject({ code: 'not_found' })
    await expect(attempt('ada', 'plans')).rejects.toMatchObject({ code: 'not_found' })
    expect(await site.head()).toBe(site.headBefore)

    await attempt('mia', 'one')
    await attempt('ada', 'two')
    await site.system.deleteRoom('plans')
    expect((await site.storage.rooms(site.user('bob'), { browse: true, limit: 10 })).rooms).toEqual([])
  })

  test('of two who delete it at once one does; a post that comes later finds nothing', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia', 'max'] } } })
    site.beforeNextCommit(() => site.as('max').deleteRoom('general'))
    await expect(site.as('mia').deleteRoom('general')).rejects.toMatchObject({ code: 'not_found' })

    await site.as('mia').createRoom('next')
    site.beforeNextCommit(() => site.as('mia').deleteRoom('next'))
    await expect(site.as('mia').postMessage('next', 'too late')).rejects.toMatchObject({ code: 'not_found' })
  })
})
