/** A feed on a scripted server. */

import { onTestFinished } from 'vitest'
import { tellInserts } from '../wire-server/tell-inserts.ts'
import { fakeChangeStream, type FakeChangeStream } from '../wire-server/fake-change-stream.ts'
import { startWireServer, type WireServer } from '../wire-server/wire-server.ts'
import { newFakeLog, type FakeLog } from './fake-log.ts'
import { startReading, type Reading, type ReadingOptions } from './reading.ts'

export interface Wire {
  readonly server: WireServer
  readonly stream: FakeChangeStream
  readonly log: FakeLog
  /** So many changes, which the stream tells of. */
  readonly commit: (count: number) => void
  readonly read: (options?: Partial<ReadingOptions>) => Promise<Reading>
}

export async function aWire(): Promise<Wire> {
  const server = await startWireServer()
  onTestFinished(() => server.down())
  const stream = fakeChangeStream(server)
  tellInserts(server, stream)
  const log = newFakeLog()
  return {
    server,
    stream,
    log,
    commit(count) {
      const ns = { db: 'suda', coll: 'changes' }
      stream.push(...log.commit(count).map((fullDocument) => ({ operationType: 'insert', ns, fullDocument })))
    },
    read: (options) => startReading({ url: server.url, ...log, ...options }),
  }
}
