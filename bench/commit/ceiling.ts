/** What the load generator can do at most. */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { ClosedLoopFigures, ClosedLoopOptions } from '../kit/closed-loop.ts'
import { inOwnProcess } from '../kit/own-process.ts'

/** Of every message. */
export const text = 'hello '.repeat(16)

export function generate(options: ClosedLoopOptions): Promise<ClosedLoopFigures> {
  return inOwnProcess(new URL('./generator.ts', import.meta.url), options)
}

export async function generatorCeiling(measureMs: number): Promise<ClosedLoopFigures> {
  const trivial = fork(fileURLToPath(new URL('./trivial-server.ts', import.meta.url)))
  const port = await new Promise<number>((resolve) => trivial.once('message', (message) => resolve(Number(message))))
  const target = { port, path: '/', token: 'none', text }
  const figures = await generate({ target, clients: 64, warmUpMs: 1000, measureMs, run: 'cccccccc' })
  trivial.disconnect()
  return figures
}
