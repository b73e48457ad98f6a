/** One act while streams are open and somebody writes all the time: what they show after it, and when they end. */

import { randomUUID } from 'node:crypto'
import { openRawStream } from '../kit/raw-stream.ts'
import { until } from '../kit/until.ts'
import { aLife, aRoom } from './a-life.ts'
import { checkEnd, checkSilence, ENDED_MS, SILENT_MS, type Watched, type WatchViolation } from './check-watch.ts'
import { acceptOf, pathOf, personalKinds, roomKinds, Watch, type StreamKind } from './watch.ts'
import { startWriter, type Writer } from './writer.ts'
import type { Act, Held } from './acts.ts'
import type { Caller } from './caller.ts'
import type { People } from './people.ts'

export interface Trigger {
  readonly act: Act
  /** The room is public and the person no member of it, who watches it on the feed. */
  readonly isPublic?: boolean
}

export interface TriggerReport {
  readonly violations: readonly WatchViolation[]
  /** Kinds of streams in which the check sees nothing wrong although their reader kept everything: it proves nothing. */
  readonly blind: readonly StreamKind[]
  readonly times: readonly StreamTimes[]
}

export interface StreamTimes {
  readonly kind: StreamKind
  /** From the answer to the end of the stream, ms; negative if it ended first. Absent for one that goes on. */
  readonly endMs?: number
  /** From the answer to the last frame about the room, ms; negative if there was none after it. */
  readonly lastFrameMs: number
  /** Messages that were sent after the answer and shown nevertheless. */
  readonly sentAfter: number
}

interface Scene {
  readonly act: Act
  readonly held: Held
  /** What the streams are opened with, and the act is to end. */
  readonly caller: Caller
  /** A room that nobody loses. */
  readonly asideId: string
  readonly watches: readonly Watch[]
  /** Of the same kinds, at the same process, by somebody who loses nothing. */
  readonly controls: readonly Watch[]
  readonly writer: Writer
}

const PATIENCE = { withinMs: 20_000 }

export async function pull(people: People, trigger: Trigger): Promise<TriggerReport> {
  const scene = await aScene(people, trigger)
  const { act, controls, held, watches, writer } = scene
  try {
    const all = [...watches, ...controls]
    await until('everybody is shown what is written', () => all.every(({ shown }) => shown.length > 2), PATIENCE)
    const before = await cursorOf(scene)
    const { answeredAt } = await act.run(held)
    const returned = await checkReturn(scene, before)
    const watched = await checkWatches(scene, answeredAt)
    return {
      violations: [...returned, ...watched],
      // Whoever kept everything looks to the check as if everything had gone wrong.
      blind: controls.filter((control) => isBlindTo(control, answeredAt)).map(({ kind }) => kind),
      times: watches.map((watch) => timesOf(watch, answeredAt, writer)),
    }
  } finally {
    for (const watch of [...watches, ...controls]) watch.close()
    await writer.stop()
  }
}

async function aScene(people: People, { act, isPublic = false }: Trigger): Promise<Scene> {
  const { here, owner } = people
  const held = await aLife(people, { act, isPublic })
  const asideId = await aRoom(people, 'private')
  await owner.must('PUT', `/api/rooms/${asideId}/members/${held.person.id}`, {})
  const caller = act.ends === 'token' ? held.token.caller : held.person.session
  // A long poll watches no room.
  const kinds = isPublic ? (['feed', ...roomKinds] as const) : [...personalKinds, ...roomKinds]
  const open = (who: Caller, cursor: string) =>
    kinds.map((kind) => new Watch({ kind, caller: who, roomId: held.roomId, cursor }))
  const watches = open(caller, await cursorOf({ asideId, caller }))
  const controls = open(owner.at(here), await cursorOf({ asideId, caller: owner.at(here) }))
  await until('all streams', () => [...watches, ...controls].every(({ isOpen }) => isOpen), PATIENCE)
  if (isPublic) await watchRoom(watches, caller, held.roomId)
  return { act, held, caller, asideId, watches, controls, writer: startWriter(owner, held.roomId) }
}

async function watchRoom(watches: readonly Watch[], caller: Caller, roomId: string): Promise<void> {
  const id = await until('the feed’s hello', () => watches.find(({ kind }) => kind === 'feed')?.streamId, PATIENCE)
  await caller.must('PUT', `/api/streams/${id}/watch`, { rooms: [roomId] })
}

async function cursorOf({ asideId, caller }: Pick<Scene, 'asideId' | 'caller'>): Promise<string> {
  return (await caller.must('GET', `/api/sync?rooms=${asideId}`)).body.cursor
}

/** Whoever comes again with what is worth nothing any more. */
async function checkReturn(scene: Scene, before: string): Promise<WatchViolation[]> {
  const { act, caller, held, watches } = scene
  const isRoomLost = act.ends === 'room'
  const lost = watches.map(({ kind }) => kind).filter((kind) => !isRoomLost || roomKinds.includes(kind))
  const expected = isRoomLost ? 404 : 401
  const statuses = await Promise.all(
    lost.map(async (kind) => ({ kind, status: await statusOf(caller, pathOf(kind, held.roomId), acceptOf(kind)) })),
  )
  const letIn = statuses
    .filter(({ status }) => status !== expected)
    .map(({ kind, status }): WatchViolation => ({ fault: 'let in', what: `${kind}: ${status}` }))
  if (!isRoomLost) return letIn
  const again = await caller.must('GET', `/api/feed?cursor=${before}&wait=0`)
  const isToldAgain = JSON.stringify(again.body).includes('"post ')
  return isToldAgain ? [...letIn, { fault: 'told again', what: JSON.stringify(again.body) }] : letIn
}

async function statusOf({ headers, port }: Caller, path: string, accept: string): Promise<number> {
  const { body, socket } = openRawStream({ port, path, headers: { ...headers, accept } })
  const status = await until('an answer', () => body.status, PATIENCE)
  socket.destroy()
  return status
}

async function checkWatches(scene: Scene, answeredAt: number): Promise<WatchViolation[]> {
  const { act, controls, held, watches, writer } = scene
  const mustEnd = ({ kind }: Watch): boolean => act.ends !== 'room' || roomKinds.includes(kind)
  const ending = watches.filter(mustEnd)
  // What is missed by then will not come any more: others are shown what was sent after it.
  const from = answeredAt + (ending.length < watches.length ? ENDED_MS : SILENT_MS)
  await until(
    'the others are shown more',
    () => controls.every(({ shown }) => isShownSince(shown, writer, from)),
    PATIENCE,
  )
  await until('the end', () => ending.every(({ endedAt }) => endedAt !== undefined), PATIENCE).catch(() => undefined)
  const mark = randomUUID()
  await held.people.owner.must('POST', `/api/rooms/${scene.asideId}/messages`, { text: `mark ${mark}` })
  const going = watches.filter((watch) => !mustEnd(watch))
  await until('the mark', () => going.every(({ marks }) => marks.includes(mark)), PATIENCE).catch(() => undefined)
  return [
    ...ending.flatMap((watch) => checkEnd(watch, answeredAt, act.byes)),
    ...going.flatMap((watch) => checkSilence(watch, answeredAt, mark)),
  ]
}

function isShownSince(shown: Watched['shown'], { sentAt }: Writer, from: number): boolean {
  const n = shown.at(-1)?.n
  return n !== undefined && (sentAt[n] ?? 0) > from
}

function isBlindTo(control: Watched, answeredAt: number): boolean {
  const faults = new Set(checkEnd(control, answeredAt, []).map(({ fault }) => fault))
  return !faults.has('late frame') || !faults.has('still open')
}

function timesOf({ endedAt, kind, shown }: Watched, answeredAt: number, { sentAt }: Writer): StreamTimes {
  return {
    kind,
    ...(endedAt !== undefined && { endMs: endedAt - answeredAt }),
    lastFrameMs: (shown.at(-1)?.t ?? -Infinity) - answeredAt,
    sentAfter: shown.filter(({ n }) => (sentAt[n] ?? 0) > answeredAt).length,
  }
}
