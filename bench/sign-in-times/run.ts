/**
 * `npm run bench sign-in-times`: whether the time of a refused sign-in tells whether a name is known. One request at a
 * time, all kinds in each round, in another order each time, so that what else the machine does falls on each alike.
 */

import { call } from '../../faults/kit/http.ts'
import { startSite } from '../../faults/kit/site.ts'
import { median, saveResult } from '../kit/circumstances.ts'

const ROUNDS = 200
const WARM_UP = 10
const WRONG = 'wrong horse battery'
const MAIL = 'anna@example.org'

const site = await startSite({ users: ['olga', 'sven', 'dora'], rooms: [] })
const { url } = site.server
try {
  await prepare()
  const kinds: Readonly<Record<string, object>> = {
    'known name': { username: 'olga', password: WRONG },
    // How far apart the same thing is from itself.
    'known name, again': { username: 'olga', password: WRONG },
    'unknown name': { username: 'nobody', password: WRONG },
    'known e-mail address': { email: MAIL, password: WRONG },
    'unknown e-mail address': { email: 'nobody@example.org', password: WRONG },
    suspended: { username: 'sven', password: WRONG },
    'suspended, right password': { username: 'sven', password: 'correct horse sven' },
    deleted: { username: 'dora', password: WRONG },
    'deleted, the password of then': { username: 'dora', password: 'correct horse dora' },
    'too long a password': { username: 'olga', password: 'x'.repeat(300) },
  }
  const samples = new Map(Object.keys(kinds).map((kind): [string, number[]] => [kind, []]))
  for (let round = -WARM_UP; round < ROUNDS; round += 1) {
    for (const [kind, json] of shuffled(Object.entries(kinds))) {
      const milliseconds = await timeOf(json)
      if (round >= 0) samples.get(kind)?.push(milliseconds)
    }
  }
  report(samples)
} finally {
  await site.close()
}

/** One is suspended, one deleted, one has an e-mail address. */
async function prepare(): Promise<void> {
  const credentials = JSON.stringify({ username: 'olga', password: 'correct horse olga' })
  const headers = { 'content-type': 'application/json' }
  const signedIn = await fetch(`${url}/api/sign-in`, { method: 'POST', body: credentials, headers })
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';')
  const asOwner = { headers: { cookie, origin: new URL(url).origin } }
  const { body: invite } = await call(`${url}/api/invites`, { method: 'POST', json: {}, ...asOwner })
  const anna = { username: 'anna', email: MAIL, password: 'correct horse anna', invite: invite.code }
  const done = [
    await call(`${url}/api/sign-up`, { method: 'POST', json: anna }),
    await call(`${url}/api/users/sven`, { method: 'PATCH', json: { suspended: true }, ...asOwner }),
    await call(`${url}/api/users/dora`, { method: 'DELETE', json: {}, ...asOwner }),
  ]
  const failed = done.find(({ status }) => status >= 400)
  if (failed !== undefined) throw new Error(`preparing failed: ${JSON.stringify(failed)}`)
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const keyed = items.map((item) => ({ item, key: Math.random() }))
  return keyed.toSorted((a, b) => a.key - b.key).map(({ item }) => item)
}

async function timeOf(json: object): Promise<number> {
  const startedAt = performance.now()
  await call(`${url}/api/sign-in`, { method: 'POST', json })
  return performance.now() - startedAt
}

function report(samples: ReadonlyMap<string, readonly number[]>): void {
  const known = samples.get('known name') ?? []
  const rows = [...samples].map(([kind, values]) => ({
    kind,
    medianMs: Number(median(values).toFixed(2)),
    percentOfKnown: percentOf(median(values), median(known)),
    // Of the quieter half of the rounds: where others are at work the median is mostly theirs.
    quartileMs: Number(lowerQuartile(values).toFixed(2)),
    quartilePercentOfKnown: percentOf(lowerQuartile(values), lowerQuartile(known)),
  }))
  saveResult('sign-in-times', { question: 'time of a refused sign-in by kind of name', rounds: ROUNDS, rows })
  console.table(rows)
}

function percentOf(value: number, base: number): number {
  return Number(((value / base - 1) * 100).toFixed(1))
}

function lowerQuartile(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 4)] ?? Number.NaN
}
