/**
 * The inbox's thread. It has one of its own because each of its transactions waits for the disk and, for a moment, for
 * other programs' locks: on the main thread that would hold up every stream, in the writer every post.
 */

import { parentPort, workerData } from 'node:worker_threads'
import { InboxLoop } from './inbox-loop.ts'
import type { FromInbox, ToInbox } from './inbox-messages.ts'

if (parentPort === null) throw new Error('the inbox runs in a thread')
const port = parentPort
const { path }: { path: string } = workerData
const post = (message: FromInbox): void => port.postMessage(message)
const loop = new InboxLoop(path, post)

port.on('message', (message: ToInbox) => {
  if (message.type === 'outcomes') return loop.take(message.outcomes, message.rows)
  loop.close()
  port.close()
})
loop.look()
post({ type: 'looked' })
