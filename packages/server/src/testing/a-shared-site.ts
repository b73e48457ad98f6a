/** A site on a MongoDB that several processes serve. */

import { mongoStorage } from '../../../../testing/mongodb/mongo-storage.ts'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { aClient, type Client } from './a-client.ts'
import { aFolder, startSuda, type RunningServer, type RunOptions } from './run-suda.ts'
import { startServer, type TestServer } from './start-server.ts'

export interface SharedSite extends TestServer {
  /** For commands about the site. */
  readonly options: RunOptions
  /** A process that serves it. */
  readonly startNode: (args?: readonly string[]) => Promise<RunningServer>
}

/** The test itself is one of its processes, of which the others do not know. */
export async function aSharedSite(): Promise<SharedSite> {
  const databaseUrl = mongoUrl()
  const server = await startServer({ storage: await mongoStorage(databaseUrl) })
  const options = { cwd: aFolder(), env: { SUDA_DATABASE_URL: databaseUrl } }
  return { ...server, options, startNode: (args) => startSuda(options, args) }
}

/** Who asks another process than before. */
export function at({ url }: { readonly url: string }, client: Client): Client {
  return aClient(url, client)
}
