/** Runs a module in a process of its own: it gets options as one message and answers with one. */

import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** @param module URL of a file that calls `answerParent` */
export function inOwnProcess<Result>(module: URL, options: object): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const child = fork(fileURLToPath(module), { execArgv: ['--conditions=suda-source'], serialization: 'advanced' })
  child.once('message', (result) => resolve(result as Result))
  child.once('error', reject)
  child.once('exit', (code) => reject(new Error(`${module.pathname} ended with ${code} and without an answer`)))
  child.send(options)
  return promise
}

export function answerParent(work: (options: never) => Promise<unknown>): void {
  process.once('message', (options) => {
    void work(options as never).then((result) => process.send?.(result, () => process.exit(0)))
  })
}
