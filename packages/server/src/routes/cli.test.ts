import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { signRequest } from '../operator/credential.ts'
import { aFolder, startSuda } from '../testing/run-suda.ts'

const command = JSON.stringify({ type: 'setPassword', user: 'nobody', passwordHash: 'x' })

test(
  'the door of the command line opens to a signature of this body alone, from this machine alone',
  { tags: 'sqlite' },
  async () => {
    const cwd = aFolder()
    const { url } = await startSuda({ cwd })
    const secret = readFileSync(join(cwd, 'data/secret'), 'utf8').trim()
    const authorization = signRequest(secret, command, Date.now())
    const knock = async (headers: Record<string, string>, body = command) => {
      const response = await fetch(`${url}/api/cli`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      })
      return [response.status, ((await response.json()) as { detail?: string }).detail]
    }
    const nothingHere = [404, undefined]

    // Let in, it says what of the command went wrong.
    expect(await knock({ authorization })).toEqual([404, undefined])
    expect(await knock({ authorization: signRequest(secret, '{}', Date.now()) }, '{}')).toEqual([
      422,
      'The server does not know this command.',
    ])
    expect(await knock({ authorization }, '{}')).toEqual(nothingHere)
    expect(await knock({ authorization, 'x-forwarded-for': '192.0.2.7' }, '{}')).toEqual(nothingHere)
    expect(await knock({})).toEqual(nothingHere)
    expect(await knock({ authorization: signRequest(secret, '{}', Date.now() - 120_000) }, '{}')).toEqual(nothingHere)
  },
)
