import { randomUUID } from 'node:crypto'
import { expect, test, type TestContext } from 'vitest'
import { call } from '../kit/http.ts'
import { aBreakableSite, type BreakableSite } from './breakable-site.ts'
import { expectWhole } from './expect-whole.ts'
import type { Follower } from './follower.ts'

const timeout = 120_000

test(
  'DL1: clients of a process that is killed go on at another one from their cursors',
  { timeout },
  async (context) => {
    const { node, number, site } = await aSiteAndOneOfIts(context)
    const all = [...(await site.followers()), ...(await site.followers())]
    await site.post('before')
    await expectWhole(all, ['before'])
    const cut = all.filter((follower) => isAt(site, follower, number))
    expect(cut).toHaveLength(2)

    await node.kill()
    await site.post('after')

    await expectWhole(all, ['before', 'after'])
    expect(all.map(({ reader }) => reader.connections)).toEqual(all.map((follower) => (cut.includes(follower) ? 2 : 1)))
    for (const { reader } of cut) expect(reader).toMatchObject({ hellos: 2, resumed: 2 })
  },
)

test('a process that stood still for a while shows what it missed, and nothing twice', { timeout }, async (context) => {
  const { node, number, site } = await aSiteAndOneOfIts(context)
  const patient = await site.followers(node)
  const impatient = [...(await site.followers()), ...(await site.followers())]
  await site.post('before')
  await expectWhole([...patient, ...impatient], ['before'])

  await node.pause()
  await site.post('meanwhile', { at: otherThan(site, number) })
  const giveUp = () => {
    for (const follower of impatient) if (isAt(site, follower, number)) follower.reader.reconnect()
    return impatient.filter(({ texts }) => texts.length < 2)
  }
  await expect.poll(giveUp, { interval: 1000, timeout: 40_000 }).toEqual([])
  await expectWhole(impatient, ['before', 'meanwhile'])
  expect(patient.flatMap(({ texts }) => texts)).toEqual(['before', 'before'])

  node.resume()
  await site.post('after', { at: node })

  await expectWhole([...patient, ...impatient], ['before', 'meanwhile', 'after'])
  expect(patient.map(({ reader }) => reader.connections)).toEqual([1, 1])
})

test('DL2: a cursor of a process that is ahead is waited for', { timeout }, async (context) => {
  const { node, number, site } = await aSiteAndOneOfIts(context)
  const wire = site.wires[number]
  const [follower] = await site.followers(otherThan(site, number))
  await site.post('before')
  await expectWhole(follower === undefined ? [] : [follower], ['before'])

  // From here on this process hears of nothing new, and does not know it.
  wire?.meetNext('getMore', 'hold the answer')
  await site.post('ahead', { at: otherThan(site, number) })
  await expectWhole(follower === undefined ? [] : [follower], ['before', 'ahead'])
  follower?.reader.reconnect(node.port)
  await expect.poll(() => follower?.parked, { timeout: 10_000 }).toBe(1)
  wire?.cutAll()
  await site.post('after', { at: node })

  await expectWhole(follower === undefined ? [] : [follower], ['before', 'ahead', 'after'])
})

test.for(['killed', 'frozen'])(
  'the turn of a process that is %s in the middle of a commit goes to the others',
  { timeout },
  async (what, context) => {
    const { node, number, site } = await aSiteAndOneOfIts(context)
    const wire = site.wires[number]
    const other = otherThan(site, number)
    const all = await site.followers(other)
    await site.post('before')
    const commits = wire?.count('commitTransaction') ?? 0
    const message = { id: randomUUID(), text: 'in the middle' }

    wire?.meetNext('commitTransaction', 'lose the command')
    const url = `${node.url}/api/rooms/red/messages`
    const posting = call(url, { method: 'POST', token: site.tokens.anna, json: message }).catch(() => undefined)
    await expect.poll(() => wire?.count('commitTransaction')).toBe(commits + 1)
    await (what === 'killed' ? node.kill() : node.pause())

    const startedAt = performance.now()
    await site.post(message.text, { at: other, id: message.id })
    expect(performance.now() - startedAt).toBeLessThan(15_000)
    await posting
    node.resume()
    if (what === 'frozen') await site.post('after', { at: node })
    await expectWhole(all, ['before', 'in the middle', ...(what === 'frozen' ? ['after'] : [])])
  },
)

async function aSiteAndOneOfIts(context: TestContext) {
  const site = await aBreakableSite(context, 2)
  const [number, node] = [0, site.nodes[0]]
  if (node === undefined) throw new Error('a site has one process at least')
  return { site, node, number }
}

function otherThan({ nodes }: BreakableSite, number: number) {
  const other = nodes.find((_, i) => i !== number)
  if (other === undefined) throw new Error('there is only one process')
  return other
}

const isAt = ({ proxy }: BreakableSite, { reader }: Follower, number: number) =>
  proxy.nodeOf(reader.clientPort ?? 0) === number
