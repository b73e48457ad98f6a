/** The one place where threads start: from the sources in the repository, from `dist` everywhere else. */

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'

const extension = extname(import.meta.url)

export function startThread(name: 'writer' | 'reader' | 'inbox-thread', workerData: unknown): Worker {
  const execArgv = extension === '.ts' ? ['--conditions=suda-source'] : []
  return new Worker(new URL(`./${name}${extension}`, import.meta.url), { workerData, execArgv, name: `suda-${name}` })
}
