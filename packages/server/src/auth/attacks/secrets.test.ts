import { createHash, randomUUID } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { aClient, type Answered, type Client } from '../../testing/a-client.ts'
import { byCookie, cookieIn } from '../../testing/by-cookie.ts'
import { aFolder, startSuda } from '../../testing/run-suda.ts'

const FIRST = 'seventeen violet otters'
const SECOND = 'eighteen crimson otters'
const PUPIL = 'nineteen golden otters'
const WRONG = 'twenty wrong otters'
const WRONG_CODE = 'no-code-that-anybody-printed'

/** The key under which the password is changed: that it is found in the data folder shows that more would be. */
const KEY = randomUUID()
const TEXT = 'a text that is edited away'

/** What was done, and every secret that played a part in it. */
interface Course {
  readonly owner: Client
  readonly secrets: readonly string[]
  /** Of requests that were kept, as nobody may try passwords and texts on. */
  readonly guessable: readonly string[]
  /** Of what must tell none: refusals, and answers that are given again. */
  readonly answers: readonly Answered[]
}

test(
  'no secret stands in the log at its most talkative, in a refusal, the audit, the metrics, the arguments or the data folder',
  { tags: 'sqlite', timeout: 60_000 },
  async () => {
    const cwd = aFolder()
    const server = await startSuda({ cwd, env: { SUDA_LOG: 'trace' } })
    await expect.poll(() => codeIn(server.output().stdout)).not.toBe('')
    const { answers, guessable, owner, secrets } = await aCourse(server.url, codeIn(server.output().stdout))
    const audit = await owner.get('/api/audit?limit=200')
    const metrics = await fetch(`${server.url}/metrics`)
    const told = {
      ...Object.fromEntries(answers.map(({ status, text }, index) => [`answer ${index}, ${status}`, text])),
      audit: audit.text,
      sessions: (await owner.get('/api/sessions')).text,
      tokens: (await owner.get('/api/tokens')).text,
      invites: (await owner.get('/api/invites')).text,
      sync: (await owner.get('/api/sync')).text,
      metrics: await metrics.text(),
      arguments: process.platform === 'linux' ? readFileSync(`/proc/${server.pid}/cmdline`, 'utf8') : '',
    }
    server.kill('SIGTERM')
    const { stderr, stdout } = await server.ended

    expect(secrets).toHaveLength(12)
    expect(audit.body.entries.length).toBeGreaterThan(10)
    expect(stderr).toMatch(/A password was wrong/)
    const withHashes = [...secrets, ...secrets.map(sha256), '$argon2id$']
    for (const [what, text] of Object.entries({ ...told, log: stderr }))
      expect([what, found(text, withHashes)]).toEqual([what, []])
    // The line that leads to the set-up is what it is printed for.
    expect(found(stdout, secrets)).toEqual([codeIn(stdout)])
    const files = filesIn(join(cwd, 'data'))
    expect(files.filter(([, bytes]) => found(bytes, [KEY]).length > 0)).not.toEqual([])
    for (const [name, bytes] of files) {
      expect([name, found(bytes, [...secrets, ...guessable])]).toEqual([name, []])
    }
  },
)

/** Everything that has to do with secrets, once rightly and once wrongly. */
async function aCourse(url: string, code: string): Promise<Course> {
  const anyone = aClient(url, undefined)
  const setUp = { code, siteName: 'Otters', username: 'owner', password: FIRST }
  const refused = [
    await anyone.post('/api/setup', { ...setUp, code: WRONG_CODE }),
    await anyone.post('/api/setup', { ...setUp, password: FIRST.repeat(12) }),
  ]
  const begun = await anyone.post('/api/setup', setUp)
  const owner = byCookie(anyone, begun)
  const key = { headers: { 'idempotency-key': randomUUID() } }
  const inviteKey = { headers: { 'idempotency-key': randomUUID() } }
  const passwordKey = { headers: { 'idempotency-key': KEY } }
  const made = await owner.post('/api/tokens', { label: 'bot', scopes: ['read', 'metrics'] }, key)
  const invite = await owner.post('/api/invites', {}, inviteKey)
  const change = { currentPassword: FIRST, newPassword: SECOND }
  const changed = await owner.put('/api/me/password', change, passwordKey)
  const { message } = (await owner.post('/api/rooms/general/messages', { text: TEXT })).body
  const path = `/api/messages/${message.id}`
  for (const text of [`${TEXT}, then`, 'harmless']) {
    await owner.patch(path, { text }, { headers: { 'idempotency-key': randomUUID() } })
  }
  const signUp = { username: 'pupil', password: PUPIL, invite: invite.body.code }
  const pupil = await anyone.post('/api/sign-up', signUp)
  const again = [
    await owner.post('/api/tokens', { label: 'bot', scopes: ['read', 'metrics'] }, key),
    await owner.post('/api/invites', {}, inviteKey),
    await owner.put('/api/me/password', change, passwordKey),
  ]
  const signedIn = await anyone.post('/api/sign-in', { username: 'owner', password: SECOND })
  const wrongToken = `suda_${'W'.repeat(43)}`
  const json = { 'content-type': 'application/json' }
  refused.push(
    await anyone.post('/api/sign-in', { username: 'owner', password: WRONG }),
    await anyone.post('/api/sign-in', { username: 'owner', password: SECOND, more: WRONG }),
    await anyone.post('/api/sign-in', { username: { $ne: WRONG }, password: [SECOND] }),
    await anyone.send('POST', '/api/sign-in', { body: `{"username":"owner","password":"${SECOND}`, headers: json }),
    await anyone.send('POST', '/api/sign-in', { body: `password=${SECOND}`, headers: { 'content-type': 'text/html' } }),
    await anyone.post('/api/sign-up', signUp),
    await anyone.post('/api/sign-up', { ...signUp, username: 'other', password: 'x' }),
    await anyone.with({ authorization: `Bearer ${wrongToken}` }).get('/api/me'),
    await anyone.with({ cookie: cookieIn(begun.headers) }).post('/api/sign-out'),
    await anyone.get(`/api/invites/${invite.body.code}x/preview`),
    await owner.put('/api/me/password', { currentPassword: WRONG, newPassword: FIRST }),
    await byCookie(anyone, pupil).delete('/api/users/me', { body: JSON.stringify({ password: WRONG }), headers: json }),
  )
  await byCookie(anyone, pupil).delete('/api/users/me', { body: JSON.stringify({ password: PUPIL }), headers: json })
  const statuses = [begun, made, invite, changed, pupil, ...again, signedIn].map(({ status }) => status)
  expect(statuses).toEqual([201, 201, 201, 204, 201, 201, 201, 204, 200])
  expect(refused.filter(({ status }) => status < 400)).toEqual([])
  const cookies = [begun, pupil, signedIn].map(({ headers }) => cookieIn(headers).split('=')[1] ?? '')
  const secrets = [
    FIRST,
    SECOND,
    PUPIL,
    WRONG,
    WRONG_CODE,
    code,
    made.body.token,
    invite.body.code,
    wrongToken,
    ...cookies,
  ]
  const kept = [
    ['PUT', '/api/me/password', change],
    ['PUT', '/api/me/password', {}],
    ['PATCH', path, { text: `${TEXT}, then` }],
  ]
  const guessable = [FIRST, SECOND, PUPIL, TEXT, ...kept.map((request) => JSON.stringify(request))].map(sha256)
  return { owner, secrets, guessable, answers: [...refused, ...again] }
}

function codeIn(stdout: string): string {
  return /\/set-up#(\S+)/.exec(stdout)?.[1] ?? ''
}

function filesIn(folder: string): [name: string, bytes: Buffer][] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name))])
}

function found(text: string | Buffer, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => text.includes(secret))
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
