/**
 * Posts at times fixed beforehand, whether or not the server keeps up; each latency counts from the time that was due,
 * so a server that stalls is not spared the posts that it kept from being sent.
 */

import { percentiles, type Percentiles } from '../../faults/kit/percentiles.ts'
import { runClosedLoop } from '../kit/closed-loop.ts'
import { openCountingStream } from '../kit/counting-stream.ts'
import { idOf, LeanConnection, type Target } from '../kit/lean-connection.ts'
import { answerParent } from '../kit/own-process.ts'

export interface OpenLoopOptions {
  readonly target: Target
  /** Paths of the streams that are open meanwhile. */
  readonly streams: readonly string[]
  readonly connections: number
  /** 0: as much as goes through, to learn the capacity. */
  readonly perSecond: number
  readonly durationMs: number
  readonly run: string
}

export interface OpenLoopFigures {
  readonly perSecond: number
  readonly acknowledged: number
  readonly refused: number
  /** Due time to acknowledgement, and to the message in each stream, ms. */
  readonly toAnswer: Percentiles
  readonly toDelivery: Percentiles
  readonly lost: number
  readonly twice: number
  readonly generatorCpu: number
}

const warmUpMs = 1000

answerParent(async (options: OpenLoopOptions): Promise<OpenLoopFigures> => {
  const { target, streams, run, durationMs, perSecond } = options
  const dueAt: number[] = []
  const acknowledged: number[] = []
  const toAnswer: number[] = []
  const toDelivery: number[] = []
  const isMeasured = (n: number) => (dueAt[n] ?? 0) >= startedAt + warmUpMs
  const counts = streams.map(() => new Map<number, number>())
  const sockets = await Promise.all(
    counts.map((count, i) =>
      openCountingStream({
        ...target,
        path: streams[i] ?? '',
        run,
        onMessage: (n) => {
          count.set(n, (count.get(n) ?? 0) + 1)
          if (isMeasured(n)) toDelivery.push(performance.now() - (dueAt[n] ?? Number.NaN))
        },
      }),
    ),
  )
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  const figures = perSecond === 0 ? await flood() : await schedule()
  const used = process.cpuUsage(cpu)
  await allDelivered()
  for (const socket of sockets) socket.destroy()
  return {
    ...figures,
    toAnswer: percentiles(toAnswer),
    toDelivery: percentiles(toDelivery),
    lost: counts.reduce((total, count) => total + acknowledged.filter((n) => !count.has(n)).length, 0),
    twice: counts.reduce((total, count) => total + [...count.values()].filter((times) => times > 1).length, 0),
    generatorCpu: (used.user + used.system) / 1000 / (warmUpMs + durationMs),
  }

  async function flood() {
    const onSend = (n: number) => void (dueAt[n] = performance.now())
    const flooded = await runClosedLoop({
      target,
      clients: options.connections,
      warmUpMs,
      measureMs: durationMs,
      run,
      onSend,
    })
    // Answers come back in any order, but none is missing unless it was refused.
    if (flooded.refused === 0) for (let n = 0; n < flooded.sent; n += 1) acknowledged.push(n)
    return { perSecond: flooded.perSecond, acknowledged: flooded.acknowledged, refused: flooded.refused }
  }

  async function schedule() {
    const idle = await Promise.all(Array.from({ length: options.connections }, () => LeanConnection.open(target)))
    const all = [...idle]
    const total = Math.round((perSecond * (warmUpMs + durationMs)) / 1000)
    const { promise: finished, resolve } = Promise.withResolvers<void>()
    let sent = 0
    let answered = 0
    let refused = 0
    // Exponential gaps: arrivals of many people who know nothing of each other.
    for (let n = 0, at = startedAt; n < total; n += 1)
      dueAt[n] = at += (-Math.log(1 - Math.random()) * 1000) / perSecond
    const send = () => {
      while (sent < total && (dueAt[sent] ?? 0) <= performance.now()) {
        const connection = idle.pop()
        if (connection === undefined) return // an answer sends it
        post(connection, sent++)
      }
    }
    const post = (connection: LeanConnection, n: number) =>
      connection.post(idOf(run, n), (status) => {
        if (status === 201) acknowledged.push(n)
        else refused += 1
        if (isMeasured(n)) toAnswer.push(performance.now() - (dueAt[n] ?? Number.NaN))
        idle.push(connection)
        answered += 1
        if (answered === total) resolve()
        else send()
      })
    const timer = setInterval(send, 1)
    await finished
    clearInterval(timer)
    for (const connection of all) connection.close()
    const measured = toAnswer.length
    return { perSecond: (measured * 1000) / durationMs, acknowledged: acknowledged.length, refused }
  }

  async function allDelivered(): Promise<void> {
    const deadline = performance.now() + 10_000
    while (performance.now() < deadline && counts.some((count) => count.size < acknowledged.length)) {
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
})
