import { describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { missedPlants, plants } from './plant.ts'
import type { HistoryRecord, Run } from './history.ts'

describe('check', () => {
  test('a sound run has no violation', () => {
    expect(check(aRun())).toEqual([])
  })

  test('each planted fault is found by its name', () => {
    const found = plants(aRun(), () => 0.5).map(({ run, expected }) => [expected, check(run).map(({ fault }) => fault)])

    expect(found).toHaveLength(5)
    for (const [expected, faults] of found) expect(faults).toContain(expected)
  })

  test('a run that is too short to plant anything counts as void', () => {
    expect(missedPlants({ ...aRun(), records: [] }, () => 0.5)).not.toEqual([])
  })

  test.each<[string, string, (records: HistoryRecord[]) => HistoryRecord[]]>([
    [
      'an acknowledgement that names another seq',
      'disorder',
      (r) => r.map((x) => (x.type === 'ok' && x.seq === 3 ? { ...x, seq: 4 } : x)),
    ],
    [
      'two readers who give one position to two messages',
      'disorder',
      (r) => r.map((x) => (x.type === 'seen' && x.seq === 3 ? { ...x, key: 'other' } : x)),
    ],
    ['a message sent after another was acknowledged, and placed before it', 'late', late],
    [
      'a refused message that appears',
      'ghost',
      (r) => [{ type: 'fail', t: 0, client: 'w', room: 'a', key: 'k2' }, ...r],
    ],
    ['a reset', 'reset', (r) => [...r, { type: 'reset', t: 99, client: 'r' }]],
    [
      'a seq that was left out for everybody',
      'gap',
      (r) => r.map((x) => ('seq' in x && x.seq > 5 ? { ...x, seq: x.seq + 1 } : x)),
    ],
    [
      'a position that was left out for everybody',
      'gap',
      (r) => r.map((x) => ('position' in x && x.position > 15 ? { ...x, position: x.position + 1 } : x)),
    ],
  ])('%s is found as %s', (_, fault, spoil) => {
    const run = aRun()

    const faults = check({ ...run, records: spoil([...run.records]) }).map((violation) => violation.fault)

    expect(faults).toContain(fault)
  })
})

/** Ten messages in one room, one after the other, read by one reader. */
function aRun(): Run {
  const numbers = Array.from({ length: 10 }, (_, i) => i + 1)
  const place = (n: number) => ({ room: 'a', key: `k${n}`, seq: n, position: 10 + n })
  return {
    rooms: { a: 0 },
    readers: { r: ['a'] },
    position: 10,
    records: [
      ...numbers.flatMap((n): HistoryRecord[] => [
        { type: 'invoke', t: n, client: 'w', room: 'a', key: `k${n}` },
        { type: 'ok', t: n, client: 'w', ...place(n) },
        { type: 'seen', t: n, client: 'r', ...place(n) },
      ]),
      ...numbers.map((n): HistoryRecord => ({ type: 'stored', t: 20, client: 'end', ...place(n) })),
    ],
  }
}

/** k9 is acknowledged before k2 is sent. */
function late(records: HistoryRecord[]): HistoryRecord[] {
  const index = records.findIndex((record) => record.type === 'ok' && record.key === 'k9')
  const [ok] = records.splice(index, 1)
  return ok === undefined ? records : [ok, ...records]
}
