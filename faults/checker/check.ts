/**
 * Whether a run kept the promise: nothing acknowledged is lost, nothing is there twice, one order for all. Own and
 * linear: a room is a list to which messages are appended, a stream or a page is a reading of it.
 */

import type { Acknowledged, HistoryRecord, Run, Seen, Stored, Violation } from './history.ts'

/** @returns nothing if the run is sound */
export function check(run: Run): Violation[] {
  return [
    ...checkStored(run),
    ...checkAcknowledged(run),
    ...checkReaders(run),
    ...checkOneOrder(run),
    ...checkPositions(run),
    ...checkRealTime(run),
    ...checkRefused(run),
    ...ofType(run, 'reset').map(({ client }) => violation('reset', `${client} was reset`)),
  ]
}

/** History has each message once, and `seq` is dense from where the run began. */
function checkStored(run: Run): Violation[] {
  const found: Violation[] = []
  const keys = new Set<string>()
  const lastSeqs = new Map(Object.entries(run.rooms))
  for (const { room, key, seq } of ofType(run, 'stored')) {
    if (keys.has(key)) found.push(violation('twice', `history has ${key} twice`))
    keys.add(key)
    const expected = (lastSeqs.get(room) ?? 0) + 1
    if (seq < expected) found.push(violation('swapped', `history of ${room}: ${seq} comes after ${expected - 1}`))
    if (seq > expected) found.push(violation('gap', `history of ${room}: ${seq} follows ${expected - 1}`))
    lastSeqs.set(room, seq)
  }
  return found
}

/** What was acknowledged is in history, at the seq that the acknowledgement named. */
function checkAcknowledged(run: Run): Violation[] {
  const stored = byKey(ofType(run, 'stored'))
  return ofType(run, 'ok').flatMap(({ key, seq }) => {
    const there = stored.get(key)
    if (there === undefined) return [violation('lost', `${key} was acknowledged and is not in history`)]
    return there.seq === seq
      ? []
      : [violation('disorder', `${key} was acknowledged as ${seq} and stored as ${there.seq}`)]
  })
}

/** Each reader was shown everything of its rooms once, in order. */
function checkReaders(run: Run): Violation[] {
  const seen = groupBy(ofType(run, 'seen'), (record) => record.client)
  const stored = groupBy(ofType(run, 'stored'), (record) => record.room)
  return Object.entries(run.readers).flatMap(([client, rooms]) => {
    const ownSeen = seen.get(client) ?? []
    const ownKeys = new Set(ownSeen.map((record) => record.key))
    const missing = rooms.flatMap((room) => (stored.get(room) ?? []).filter(({ key }) => !ownKeys.has(key)))
    return [
      ...missing.map(({ key }) => violation('lost', `${client} never saw ${key}`)),
      ...checkOneReader(client, ownSeen, run.rooms),
    ]
  })
}

function checkOneReader(client: string, seen: readonly Seen[], firstSeqs: Run['rooms']): Violation[] {
  const found: Violation[] = []
  const keys = new Set<string>()
  const lastSeqs = new Map(Object.entries(firstSeqs))
  let lastPosition = 0
  for (const { room, key, seq, position } of seen) {
    if (keys.has(key)) found.push(violation('twice', `${client} saw ${key} twice`))
    else if (position <= lastPosition)
      found.push(violation('swapped', `${client}: position ${position} after ${lastPosition}`))
    const expected = (lastSeqs.get(room) ?? 0) + 1
    if (seq !== expected && !keys.has(key)) {
      found.push(
        violation(seq < expected ? 'swapped' : 'gap', `${client}, ${room}: seq ${seq} where ${expected} was due`),
      )
    }
    keys.add(key)
    lastPosition = Math.max(lastPosition, position)
    lastSeqs.set(room, Math.max(seq, expected - 1))
  }
  return found
}

/** Everybody who speaks of a message names the same place, and a place belongs to one message. */
function checkOneOrder(run: Run): Violation[] {
  const keyAt = new Map<string, string>()
  const found: Violation[] = []
  for (const record of run.records) {
    for (const place of placesOf(record)) {
      const { key } = record as Seen | Stored | Acknowledged
      const first = keyAt.get(place) ?? key
      if (first !== key) found.push(violation('disorder', `${place} is ${first} for one and ${key} for another`))
      keyAt.set(place, first)
    }
  }
  return found
}

function placesOf(record: HistoryRecord): string[] {
  if (record.type === 'stored') return [`${record.room} seq ${record.seq}`]
  if (record.type !== 'seen' && record.type !== 'ok') return []
  const place = `${record.room} seq ${record.seq}`
  return record.position === undefined ? [place] : [place, `position ${record.position}`]
}

/** Only messages were written during the run, so the positions that they took leave no hole. */
function checkPositions(run: Run): Violation[] {
  const taken = new Set(knownPositions(run).values())
  const last = run.position + ofType(run, 'stored').length
  const holes = Array.from({ length: last - run.position }, (_, i) => run.position + 1 + i).filter((p) => !taken.has(p))
  return holes.map((position) => violation('gap', `nobody was given position ${position}`))
}

/** If A was acknowledged before B was sent, A comes first on the whole site, so in its room as well. */
function checkRealTime(run: Run): Violation[] {
  const positions = knownPositions(run)
  const found: Violation[] = []
  let floor = 0
  for (const record of run.records) {
    if (record.type !== 'ok' && record.type !== 'invoke') continue
    const position = positions.get(record.key)
    if (position === undefined) continue
    if (record.type === 'invoke' && position <= floor) {
      found.push(violation('late', `${record.key} was sent after ${floor} was acknowledged and got ${position}`))
    }
    if (record.type === 'ok') floor = Math.max(floor, position)
    if (record.type === 'ok' && record.notAfter !== undefined && position > record.notAfter) {
      found.push(violation('disorder', `${record.key} stands at ${position}, the answer said up to ${record.notAfter}`))
    }
  }
  return found
}

/** By key, as readers and acknowledgements name them. */
function knownPositions(run: Run): Map<string, number> {
  const told = [...ofType(run, 'seen'), ...ofType(run, 'ok')]
  return new Map(told.flatMap(({ key, position }) => (position === undefined ? [] : [[key, position]])))
}

function checkRefused(run: Run): Violation[] {
  const shown = new Set([...ofType(run, 'seen'), ...ofType(run, 'stored')].map((record) => record.key))
  return ofType(run, 'fail')
    .filter(({ key }) => shown.has(key))
    .map(({ key }) => violation('ghost', `${key} was refused and appeared`))
}

const violation = (fault: Violation['fault'], what: string): Violation => ({ fault, what })

function ofType<Type extends HistoryRecord['type']>(run: Run, type: Type) {
  return run.records.filter((record): record is Extract<HistoryRecord, { type: Type }> => record.type === type)
}

const byKey = <T extends { readonly key: string }>(records: readonly T[]) => new Map(records.map((r) => [r.key, r]))

function groupBy<T>(items: readonly T[], name: (item: T) => string): Map<string, T[]> {
  return Map.groupBy(items, name)
}
