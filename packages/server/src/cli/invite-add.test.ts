import { expect, test } from 'vitest'
import { aClient } from '../testing/a-client.ts'
import { aFolder, startSuda, suda, type RunOptions } from '../testing/run-suda.ts'

const stdin = 'correct horse\n'

test('an invite beside a running server is a link to it, by which people come in', { tags: 'sqlite' }, async () => {
  const options = await aSite()
  const server = await startSuda(options)

  const added = await suda(['invite', 'add', '--by', 'alice', '--room', 'plans', '--uses', '1'], options)

  expect(added).toMatchObject({ code: 0, stderr: '' })
  const invite = codeIn(added.stdout, `${server.url}/invite#`)
  const newcomer = aClient(server.url, undefined)
  const preview = await newcomer.get(`/api/invites/${invite}/preview`)
  expect(preview.body).toMatchObject({ role: 'member', invitedBy: 'alice', room: { name: 'plans' } })
  const signedUp = await newcomer.post('/api/sign-up', { username: 'bob', password: 'battery staple', invite })
  expect(signedUp).toMatchObject({ status: 201, body: { user: { username: 'bob', siteRole: 'member' } } })
  expect((await newcomer.get(`/api/invites/${invite}/preview`)).status).toBe(404)
})

test('a public address is where the link leads, with its prefix', async () => {
  const options = await aSite()
  const flags = ['--role', 'guest', '--room', 'plans', '--public-url', 'https://example.org/chat/']

  const added = await suda(['invite', 'add', '--by', 'alice', ...flags], options)

  expect(added).toMatchObject({ code: 0, stderr: '' })
  codeIn(added.stdout, 'https://example.org/chat/invite#')
})

test('without an address it is the code alone, which a server takes that starts later', async () => {
  const options = await aSite()

  const added = await suda(['invite', 'add', '--by', 'alice', '--expires-at', tomorrow()], options)

  const code = codeIn(added.stdout, '')
  const { url } = await startSuda(options)
  expect((await aClient(url, undefined).get(`/api/invites/${code}/preview`)).status).toBe(200)
})

test('nobody invites more than they may themselves', async () => {
  const options = await aSite()
  await suda(['user', 'add', 'bob', '--password-stdin'], options)

  const byBob = await suda(['invite', 'add', '--by', 'bob'], options)
  const byNobody = await suda(['invite', 'add', '--by', 'nobody'], options)

  expect(byBob).toMatchObject({ code: 1, stdout: '', stderr: 'suda: You may not do this\n' })
  expect(byNobody).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^suda: .+\n$/) })
})

/** With the owner `alice` and her room `plans`. */
async function aSite(): Promise<RunOptions> {
  const options: RunOptions = { cwd: aFolder(), stdin }
  for (const line of ['user add alice --password-stdin --role owner', 'room add plans --owner alice']) {
    expect(await suda(line.split(' '), options)).toMatchObject({ code: 0 })
  }
  return options
}

function codeIn(output: string, before: string): string {
  expect(output.slice(0, before.length)).toBe(before)
  const code = /^([\w-]{22})\n$/.exec(output.slice(before.length))?.[1]
  expect(code).toBeDefined()
  return code ?? ''
}

function tomorrow(): string {
  return new Date(Date.now() + 86_400_000).toISOString()
}
