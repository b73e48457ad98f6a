/** Many readers of one feed, of whom some stop reading while messages keep coming. */

import { setTimeout as pause } from 'node:timers/promises'
import type { Change } from '@suda/protocol'
import { get } from '../kit/http.ts'
import { percentiles, type Percentiles } from '../kit/percentiles.ts'
import { postMessage } from '../kit/post-message.ts'
import { openRawStream, type RawStream } from '../kit/raw-stream.ts'
import { StreamReader } from '../kit/stream-reader.ts'
import { until } from '../kit/until.ts'
import type { TestSite } from '../kit/site.ts'

export interface SlowReaderOptions {
  readonly readers: number
  readonly stopped: number
  /** Of 24 KB each, so that the kernel's buffers are soon full. */
  readonly messages: number
  readonly perSecond: number
}

export interface SlowReaderReport {
  /** POST to delivery over all who read, while everybody reads and while some have stopped, ms. */
  readonly before: Percentiles
  readonly meanwhile: Percentiles
  readonly floodBytes: number
  /** What the server's resident memory grew by at most while readers had stopped. */
  readonly grownBytes: number
  /** How those who had stopped came to the end: with every message in order, or told to load anew. */
  readonly caughtUp: number
  readonly reset: number
  /** Those of whom neither is true. */
  readonly broken: number
}

type Site = TestSite<'anna', 'red'>

const mark = 'sent-at '
const timeLength = 12

export async function runSlowReader(site: Site, options: SlowReaderOptions): Promise<SlowReaderReport> {
  const { readers, stopped, messages, perSecond } = options
  const { cursor } = await get(`${site.server.url}/api/sync`, site.tokens.anna)
  const latencies: number[] = []
  const active = Array.from({ length: readers - stopped }, () => openTimingStream(site, cursor, latencies))
  const slow = Array.from({ length: stopped }, () => startCountingReader(site, cursor))
  await until(
    'all streams',
    () => slow.every(({ reader }) => reader.hellos > 0) && active.every(({ body }) => body.status === 200),
  )

  // The first messages meet code that is not compiled yet, in both processes; their times count for nothing.
  await postAtRate(site, Math.ceil(messages / 4), perSecond)
  await collected(latencies, Math.ceil(messages / 4) * active.length)
  await postAtRate(site, Math.ceil(messages / 4), perSecond)
  const before = await collected(latencies, Math.ceil(messages / 4) * active.length)
  const residentBefore = site.server.residentBytes()
  for (const { reader } of slow) reader.pause()
  let peak = residentBefore
  const watch = setInterval(() => (peak = Math.max(peak, site.server.residentBytes())), 100)
  await postAtRate(site, messages, perSecond)
  const meanwhile = await collected(latencies, messages * active.length)
  clearInterval(watch)

  for (const { reader } of slow) reader.resume()
  const total = 2 * Math.ceil(messages / 4) + messages
  const isDone = ({ reader, seqs }: CountingReader) => seqs.length >= total || reader.resets > 0
  await until('the slow ones at the end', () => slow.every(isDone), { withinMs: 20_000, everyMs: 50 }).catch(
    () => undefined,
  )
  for (const { reader } of slow) reader.close()
  for (const { socket } of active) socket.destroy()

  const wasReset = slow.filter(({ reader }) => reader.resets > 0).length
  const caughtUp = slow.filter(({ reader, seqs }) => reader.resets === 0 && isDense(seqs, total)).length
  return {
    before,
    meanwhile,
    floodBytes: messages * 24_000,
    grownBytes: peak - residentBefore,
    caughtUp,
    reset: wasReset,
    broken: stopped - wasReset - caughtUp,
  }
}

interface CountingReader {
  readonly reader: StreamReader
  readonly seqs: number[]
}

function startCountingReader({ server, tokens }: Site, cursor: string): CountingReader {
  const seqs: number[] = []
  const reader = new StreamReader({
    port: server.port,
    path: '/api/feed',
    token: tokens.anna,
    cursor,
    onEvent: ({ event, data }) => {
      if (event !== 'message') return
      const change: Change = JSON.parse(data)
      if (change.type === 'message.posted') seqs.push(change.payload.message.seq)
    },
  })
  return { reader, seqs }
}

/** Looks only for the time in each message, so that 200 of them do not make this process the slow one. */
function openTimingStream({ server, tokens }: Site, cursor: string, latencies: number[]): RawStream {
  return openRawStream({
    port: server.port,
    path: '/api/feed',
    headers: { authorization: `Bearer ${tokens.anna}`, 'last-event-id': cursor },
    onBody: (bytes) => {
      for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
        const sentAt = Number(bytes.toString('latin1', at + mark.length, at + mark.length + timeLength))
        if (sentAt > 0) latencies.push(performance.now() - sentAt)
      }
    },
  })
}

async function postAtRate({ server, tokens, rooms }: Site, count: number, perSecond: number): Promise<void> {
  const startedAt = performance.now()
  const posts: Promise<unknown>[] = []
  for (let i = 0; i < count; i += 1) {
    await pause(Math.max(0, startedAt + (i * 1000) / perSecond - performance.now()))
    const text = `${mark}${performance.now().toFixed(3).padStart(timeLength)}`.padEnd(8000, '가')
    posts.push(postMessage({ url: server.url, token: tokens.anna, room: rooms.red, text }))
  }
  await Promise.all(posts)
}

/** A time that falls between two packets is not found; those few are not waited for. */
async function collected(latencies: number[], expected: number): Promise<Percentiles> {
  await until('deliveries', () => latencies.length >= expected * 0.99, { withinMs: 30_000, everyMs: 20 })
  return percentiles(latencies.splice(0))
}

const isDense = (seqs: readonly number[], total: number) =>
  seqs.length === total && seqs.every((seq, i) => i === 0 || seq === (seqs[i - 1] ?? 0) + 1)
