import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reads } from '../storage/storage.ts'
import { aSite } from '../testing/a-site.ts'
import { resolveMentions } from './mentions.ts'

describe('whom a text mentions', () => {
  test.each([
    ['@alice', ['alice']],
    ['hi @alice, @bob!', ['alice', 'bob']],
    ['@Alice @ALICE', ['alice']],
    ['(@alice)', ['alice']],
    ['@alice님 안녕', ['alice']],
    ['안녕 @alice', ['alice']],
    ['@alice。', ['alice']],
    ['@alice... @bob.- ok', ['alice', 'bob']],
    ['@a.b-c_d.', ['a.b-c_d']],
    ['@@alice', ['alice']],
    ['**@alice**', ['alice']],
    ['@room @room', ['room']],
    ['\n@alice\n', ['alice']],
    ['`` x` @alice', ['alice']],
    ['`@alice @bob', ['alice', 'bob']],
    ['`@alice\n` @bob', ['alice', 'bob']],
    ['`a` @alice `b`', ['alice']],
    ['```\n@bob\n``` @alice', ['alice']],
    [`@${'a'.repeat(32)}`, ['a'.repeat(32)]],
  ])('%j mentions %j', async (text, names) => {
    expect(await namesOf(text)).toEqual(names)
  })

  test.each([
    'alice@example.org',
    '메일@alice',
    'é@alice',
    'e\u0301@alice',
    'x_@alice',
    '1@alice',
    '@a',
    '@ alice',
    '@.-',
    '@a.',
    '@앨리스',
    '`@alice`',
    '``@alice``',
    '```@alice```',
    '```\n@alice',
    '```\n@alice\n`` @bob',
    '@\u212aim',
  ])('%j mentions nobody', async (text) => {
    expect(await namesOf(text)).toEqual([])
  })

  test('a message mentions 50 at most, those that stand first', async () => {
    const text = Array.from({ length: 60 }, (_, n) => `@user${n} @user${n}`).join(' ')

    expect(await namesOf(text)).toEqual(Array.from({ length: 50 }, (_, n) => `user${n}`))
  })

  test('names are looked up at once, and not at all where there are none', async () => {
    const asked: (readonly string[])[] = []
    const reads = everybodyReads((names) => asked.push(names))

    await resolveMentions('@alice @bob @room', 'room', reads)
    await resolveMentions('@room and no one', 'room', reads)

    expect(asked).toEqual([['alice', 'bob']])
  })

  test('who may not read the room stays text, whoever it is', async () => {
    const site = await aSite({
      rooms: { plans: { private: true, members: ['alice', 'bob'] }, general: ['alice'] },
      roles: { ada: 'admin', gus: 'guest' },
      users: ['carol'],
    })
    await site.system.createUser('sam')
    await site.suspend('sam')
    const text = '@bob @carol @ada @gus @sam @nobody'

    expect((await site.as('alice').postMessage('plans', text)).mentions).toMatchObject([{ as: 'bob' }])
    expect((await site.as('alice').postMessage('general', text)).mentions).toMatchObject([
      { as: 'bob' },
      { as: 'carol' },
      { as: 'ada' },
    ])
  })

  test('@room means everybody in it but the author, and oneself one cannot mention', async () => {
    const site = await aSite({ rooms: { general: ['alice', 'bob'] } })
    await site.as('alice').postMessage('general', 'hello @room and @alice')

    expect(await site.room('general', 'bob')).toMatchObject({ my: { unreadMentions: [1] } })
    expect(await site.room('general', 'alice')).toMatchObject({ my: { unreadMentions: [] } })
  })

  test.each([
    ['backticks', '`'],
    ['pairs of backticks', '`` '],
    ['open fences', '```\n'],
    ['at signs', '@'],
    ['names', '@ab '],
    ['long names', `@${'a'.repeat(31)}`],
    ['dots', '@..'],
    ['code that never ends', '`a'],
    ['marks', '\u0301'],
  ])('8,000 characters of %s take no longer than they should', async (_name, piece) => {
    const text = piece.repeat(8000 / piece.length)
    const startedAt = performance.now()

    await namesOf(text)

    expect(performance.now() - startedAt).toBeLessThan(200) // a quadratic pattern takes seconds
  })

  test('whatever the text, mentions are distinct names of the alphabet that stand in it behind an @', async () => {
    const piece = fc.oneof(
      fc.constantFrom('@', '`', '```', '\n', '.', '-', ' ', '@room', '@alice', '한', 'É'),
      fc.string({ maxLength: 4 }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const text = pieces.join('')
        const names = await namesOf(text)

        expect(new Set(names).size).toBe(names.length)
        for (const name of names) {
          expect(name).toMatch(/^[a-z0-9._-]{2,32}$/)
          expect(text.toLowerCase()).toContain(`@${name}`)
        }
      }),
    )
  })
})

/** The names, as if everybody existed and might read everything. */
async function namesOf(text: string): Promise<string[]> {
  return (await resolveMentions(text, 'room', everybodyReads())).map(({ as }) => as)
}

function everybodyReads(onAsk: (usernames: readonly string[]) => void = () => {}): Pick<Reads, 'readersNamed'> {
  return {
    readersNamed: async (_roomId, usernames) => {
      onAsk(usernames)
      return usernames.map((username) => ({ userId: username, username }))
    },
  }
}
