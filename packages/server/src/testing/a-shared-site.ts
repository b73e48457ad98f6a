/** A site on a MongoDB that several processes serve. */

import { mongoStorage } from '../../../../testing/mongodb/mongo-storage.ts'
import { mongoUrl } from '../../../../testing/mongodb/mongo-url.ts'
import { aClient, type Client } from './a-client.ts'
import { aFolder, startSuda, type RunningServer, type RunOptions } from './run-suda.ts'
import { startServer, type TestServer } from './start-server.ts'

export interface SharedSite extends TestServer {
  readonly databaseUrl: string
  /** For commands about the site. */
  readonly options: RunOptions
  /** A process that serves it; `url` is another way to the database. */
  readonly startNode: (args?: readonly string[], url?: string) => Promise<RunningServer>
}

/** The test itself is one of its processes, of which the others do not know. */
export async function aSharedSite(): Promise<SharedSite> {
  const databaseUrl = mongoUrl()
  const server = await startServer({ storage: await mongoStorage(databaseUrl) })
  const cwd = aFolder()
  const optionsFor = (url: string): RunOptions => ({ cwd, env: { SUDA_DATABASE_URL: url } })
  return {
    ...server,
    databaseUrl,
    options: optionsFor(databaseUrl),
    startNode: (args, url = databaseUrl) => startSuda(optionsFor(url), args),
  }
}

/** Who asks another process than before. */
export function at({ url }: { readonly url: string }, client: Client): Client {
  return aClient(url, client)
}
