/** Writers that never give up on a message: the same id again until there is an answer. */

import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { postMessage, type Post } from '../kit/post-message.ts'
import { positionOf, type Recorder } from './recorder.ts'
import type { Random } from '../kit/random.ts'

export interface WriterOptions {
  readonly name: string
  readonly url: string
  readonly token: string
  readonly rooms: readonly string[]
  readonly random: Random
  readonly recorder: Recorder
  /** Average pause between an answer and the next message. */
  readonly pauseMs: number
  readonly isOver: () => boolean
  readonly onAttempt?: Post['onAttempt']
}

export interface WriterFigures {
  acknowledged: number
  retried: number
  /** Acknowledged with 200: it had been stored, only the first answer was lost. */
  answeredAgain: number
}

export async function runWriter(options: WriterOptions): Promise<WriterFigures> {
  const { name, rooms, random, pauseMs, isOver } = options
  const figures: WriterFigures = { acknowledged: 0, retried: 0, answeredAgain: 0 }
  for (let n = 1; !isOver(); n += 1) {
    const room = rooms[Math.floor(random() * rooms.length)] ?? ''
    // Some are long, so that a kill also falls between the packets of one.
    const text = `${name} ${n} ${'x'.repeat(random() < 0.05 ? 7000 : Math.floor(random() * 200))}`
    await write(options, room, text, figures)
    await pause(2 * pauseMs * random())
  }
  return figures
}

async function write(
  { name, url, token, recorder, onAttempt }: WriterOptions,
  room: string,
  text: string,
  figures: WriterFigures,
) {
  const key = randomUUID()
  recorder.add({ type: 'invoke', client: name, room, key })
  try {
    const post = { url, token, room, text, id: key, withinMs: 600_000 }
    const posted = await postMessage({ ...post, ...(onAttempt !== undefined && { onAttempt }) })
    const place = positionOf(posted.cursor)
    const { seq } = posted.message
    // The answer to a retry names the site's head: the message's own place is not looked up again.
    recorder.add({
      type: 'ok',
      client: name,
      room,
      key,
      seq,
      ...(posted.status === 201 ? { position: place } : { notAfter: place }),
    })
    figures.acknowledged += 1
    if (posted.attempts > 1) figures.retried += 1
    if (posted.status === 200) figures.answeredAgain += 1
  } catch (error) {
    if (!String(error).includes('refused')) throw error
    recorder.add({ type: 'fail', client: name, room, key })
  }
}
