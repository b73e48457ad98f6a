import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../../../../', import.meta.url)
const ATTACKS = 'packages/server/src/auth/attacks/'

test('every test that SECURITY.md names is there, and it names every attack', () => {
  const text = readFileSync(new URL('SECURITY.md', root), 'utf8')
  const rows = text.split('\n').filter((line) => line.startsWith('| '))
  const named = rows.flatMap((row) => [...row.matchAll(/`([^`]+\/[^`]*)`/g)].map(([, path = '']) => whole(path)))
  const attacks = readdirSync(new URL(ATTACKS, root)).map((name) => `${ATTACKS}${name}`)

  expect(named.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  expect(attacks.filter((path) => !named.includes(path) && !path.includes('security-document'))).toEqual([])
})

function whole(path: string): string {
  return path.startsWith('attacks/') ? path.replace('attacks/', ATTACKS) : path
}
