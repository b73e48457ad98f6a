/** The streams of somebody who listens while a room that is not theirs lives on. */

import { listen, type Eavesdropped, type Heard } from './eavesdrop.ts'
import { aWord, type HiddenWorld } from './hidden-world.ts'
import type { Person } from './people.ts'

const SSE = 'text/event-stream'
const FORMATS = [SSE, 'application/x-ndjson', 'text/plain']

/** The own feed, and that of each room in every format. */
export async function streamsOf(me: Person, roomIds: readonly string[]): Promise<Eavesdropped[]> {
  return [await listen(me.client, '/api/feed', SSE), ...(await roomStreamsOf(me, roomIds))]
}

/** Which begin with what the rooms hold. */
export function roomStreamsOf({ client }: Person, roomIds: readonly string[]): Promise<Eavesdropped[]> {
  const paths = roomIds.flatMap((id) => FORMATS.map((format) => [`/api/rooms/${id}/feed`, format] as const))
  return Promise.all(paths.map(([path, format]) => listen(client, path, format)))
}

/** The same from a place before everything. */
export function replaysOf({ client }: Person, roomIds: readonly string[], start: string): Promise<Eavesdropped[]> {
  const rooms = roomIds.flatMap((id) =>
    [SSE, 'application/x-ndjson'].map((format) => listen(client, `/api/rooms/${id}/feed?cursor=${start}`, format)),
  )
  return Promise.all([listen(client, `/api/feed?cursor=${start}`, SSE), ...rooms])
}

export function heardBy(streams: readonly Eavesdropped[], end: string): Promise<Heard[]> {
  return Promise.all(streams.map((stream) => stream.until(end)))
}

/** Every stream that lives tells this last. @returns the word by which it is known */
export async function tellEverybody(
  { actors, insider, lobby, people }: HiddenWorld,
  roomIds: readonly string[],
): Promise<string> {
  const end = aWord()
  for (const roomId of roomIds) await people.post(insider, roomId, end)
  await people.post(actors.owner, lobby, end)
  await people.told()
  return end
}
