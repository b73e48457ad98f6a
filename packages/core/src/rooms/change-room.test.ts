import { describe, expect, test } from 'vitest'
import { aSite } from '../testing/a-site.ts'
import { verifyCommand } from '../testing/verify-command.ts'

describe('changeRoom', () => {
  test('a moderator changes everything at once, and the room is told of each', async () => {
    const site = await aSite({ rooms: { general: { members: ['bob'], moderators: ['mia'] } } })
    const settings = { slug: 'talk', name: 'Talk', topic: 'all of it', archived: true }

    const changes = await verifyCommand(site, 'mia', { type: 'changeRoom', room: 'general', ...settings })

    expect(changes.map(({ type }) => type)).toEqual(['room.changed', ...Array(3).fill('message.posted')])
    expect(
      (await site.messages('talk')).map(({ kind, text, system, via, authorId }) => [
        kind,
        text,
        system,
        via.kind,
        authorId,
      ]),
    ).toEqual(
      [{ type: 'renamed', value: 'Talk' }, { type: 'topic', value: 'all of it' }, { type: 'archived' }].map((note) => [
        'system',
        '',
        note,
        'system',
        site.user('mia'),
      ]),
    )
    expect(await site.room('talk', 'bob')).toMatchObject({ ...settings, revision: 2, ordinal: 0, lastSeq: 3 })
  })

  test('a topic and an archiving are taken back, and both are told', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia'] } } })
    await site.as('mia').changeRoom('general', { topic: 'talk', archived: true })

    await verifyCommand(site, 'mia', { type: 'changeRoom', room: 'general', topic: '', archived: false })

    expect(await site.room('general')).not.toHaveProperty('topic')
    expect((await site.messages('general')).slice(2)).toMatchObject([
      { system: { type: 'topic', value: '' } },
      { system: { type: 'unarchived' } },
    ])
  })

  test('what is so already changes nothing', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia'] } } })

    await site.as('mia').changeRoom('general', { name: ' general ', topic: '', visibility: 'public', archived: false })
    await site.as('mia').changeRoom('general', {})

    expect(await site.head()).toBe(site.headBefore)
  })

  test('a room that turns private is lost to all but its members, who alone learn what changed with it', async () => {
    const site = await aSite({ rooms: { general: { members: ['bob'], moderators: ['mia'] } } })

    await verifyCommand(site, 'mia', { type: 'changeRoom', room: 'general', visibility: 'private', name: 'Secret' })

    const log = await site.storage.changesAfter((await site.head()) - 4, 10)
    expect(log.map(({ type, audience }) => [type, audience.includes('site')])).toEqual([
      ['room.changed', true],
      ['room.changed', false],
      ['message.posted', false],
      ['message.posted', false],
    ])
    expect(log[0]?.json).not.toContain('Secret')
    await expect(site.as('onlooker').postMessage('general', 'x')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a room that turns public is told to everybody and can be joined', async () => {
    const site = await aSite({ rooms: { plans: { private: true, members: ['bob'], moderators: ['mia'] } } })
    await site.as('bob').postMessage('plans', 'from before')

    await verifyCommand(site, 'mia', { type: 'changeRoom', room: 'plans', visibility: 'public' })
    await verifyCommand(site, 'onlooker', { type: 'postMessage', room: 'plans', text: 'hi' })

    expect(await site.members('plans')).toContain('onlooker')
  })

  test('others than moderators change nothing, but admins do where they may read', async () => {
    const site = await aSite({
      rooms: {
        general: { members: ['bob'], moderators: ['mia'] },
        plans: { private: true, members: ['bob'], moderators: ['mia'] },
      },
      roles: { ada: 'admin', otto: 'owner', gus: 'guest' },
      users: ['carol'],
    })

    for (const [name, inGeneral, inPlans] of [
      ['bob', 'forbidden', 'forbidden'],
      ['carol', 'forbidden', 'not_found'],
      ['gus', 'not_found', 'not_found'],
      ['ada', undefined, 'not_found'],
      ['otto', undefined, 'not_found'],
      ['mia', undefined, undefined],
    ] as const) {
      for (const [room, code] of [
        ['general', inGeneral],
        ['plans', inPlans],
      ] as const) {
        const attempt = site.as(name).changeRoom(room, { topic: name })
        if (code === undefined) await attempt
        else await expect(attempt, `${name} in ${room}`).rejects.toMatchObject({ code })
      }
    }

    expect((await site.room('general')).topic).toBe('mia')
    await site.system.changeRoom('plans', { topic: 'by the operator' })
    expect((await site.messages('plans')).map(({ system }) => system?.value)).toEqual(['mia'])
  })

  test('a moderator who is demoted between the check and the commit changes nothing', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia', 'max'] } } })
    site.beforeNextCommit(() => site.as('max').putMember('general', 'mia', 'member'))

    await expect(site.as('mia').changeRoom('general', { name: 'x' })).rejects.toMatchObject({ code: 'forbidden' })

    expect((await site.room('general')).name).toBe('general')
  })

  test('of two changes at once both are made; one that names a revision is stale and gets the room as it is', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia'] } } })
    const mia = site.as('mia')
    site.beforeNextCommit(() => mia.changeRoom('general', { name: 'first' }))
    await mia.changeRoom('general', { topic: 'second' })
    expect(await site.room('general')).toMatchObject({ name: 'first', topic: 'second', revision: 3 })

    const stale = { code: 'stale', current: { name: 'first', revision: 3 } }
    await expect(mia.changeRoom('general', { name: 'x', revision: 2 })).rejects.toMatchObject(stale)
    site.beforeNextCommit(() => mia.changeRoom('general', { name: 'third' }))
    await expect(mia.changeRoom('general', { name: 'x', revision: 3 })).rejects.toMatchObject({
      code: 'stale',
      current: { name: 'third', revision: 4 },
    })
  })

  test('a visibility that turns between the check and the commit decides who is told', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia'] } } })
    site.beforeNextCommit(() => site.as('mia').changeRoom('general', { visibility: 'private' }))

    await site.as('mia').changeRoom('general', { topic: 'secret' })

    const log = await site.storage.changesAfter(site.headBefore, 10)
    const topic = log.find(({ type, json }) => type === 'room.changed' && json.includes('secret'))
    expect(topic?.audience).not.toContain('site')
  })

  test('a slug that somebody has is refused, also where it is taken at the same time', async () => {
    const site = await aSite({ rooms: { general: { moderators: ['mia'] }, other: ['bob'] } })
    await expect(site.as('mia').changeRoom('general', { slug: 'other' })).rejects.toMatchObject({ code: 'taken' })

    site.beforeNextCommit(() => site.system.createRoom('third'))
    await expect(site.as('mia').changeRoom('general', { slug: 'third' })).rejects.toMatchObject({ code: 'taken' })
  })
})
