/** As many posts as so many clients get done, each sending its next one when it has its answer. */

import { percentiles, type Percentiles } from '../../faults/kit/percentiles.ts'
import { idOf, LeanConnection, type Target } from './lean-connection.ts'

export interface ClosedLoopOptions {
  readonly target: Target
  readonly clients: number
  readonly warmUpMs: number
  readonly measureMs: number
  readonly run: string
  /** The first number of an id. */
  readonly firstNumber?: number
  readonly onSend?: (n: number) => void
}

export interface ClosedLoopFigures {
  readonly perSecond: number
  /** Acknowledged in all, warm-up included. */
  readonly acknowledged: number
  readonly refused: number
  readonly sent: number
  /** From sending to the acknowledgement of what was sent while it measured, ms. */
  readonly toAnswer: Percentiles
  /** Share of one core that this process took while it measured. */
  readonly generatorCpu: number
}

export async function runClosedLoop(options: ClosedLoopOptions): Promise<ClosedLoopFigures> {
  const { target, clients, warmUpMs, measureMs, run, firstNumber = 0, onSend } = options
  const connections = await Promise.all(Array.from({ length: clients }, () => LeanConnection.open(target)))
  const startedAt = performance.now()
  const measureFrom = startedAt + warmUpMs
  const measureTo = measureFrom + measureMs
  let sent = firstNumber
  let acknowledged = 0
  let measured = 0
  const toAnswer: number[] = []
  let refused = 0
  let cpu: NodeJS.CpuUsage | undefined

  const drive = (connection: LeanConnection): Promise<void> => {
    const { promise, resolve } = Promise.withResolvers<void>()
    const next = () => {
      const n = sent++
      const sentAt = performance.now()
      onSend?.(n)
      connection.post(idOf(run, n), (status) => {
        const now = performance.now()
        if (status === 201) {
          acknowledged += 1
          if (now >= measureFrom && now < measureTo) measured += 1
          if (sentAt >= measureFrom && sentAt < measureTo) toAnswer.push(now - sentAt)
        } else refused += 1
        if (now >= measureFrom) cpu ??= process.cpuUsage()
        if (now < measureTo && status !== 0) next()
        else resolve()
      })
    }
    next()
    return promise
  }
  await Promise.all(connections.map(drive))
  const used = process.cpuUsage(cpu)
  for (const connection of connections) connection.close()
  return {
    perSecond: (measured * 1000) / measureMs,
    acknowledged,
    refused,
    sent: sent - firstNumber,
    toAnswer: percentiles(toAnswer),
    generatorCpu: (used.user + used.system) / 1000 / measureMs,
  }
}
