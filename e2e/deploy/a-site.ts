/** A site behind a proxy: nodes, as many as the storage allows, and a real proxy with the file of the repository. */

import { ServerProcess } from '../../faults/kit/server-process.ts'
import { startSite, type TestSite } from '../../faults/kit/site.ts'
import { ProxyServer, proxyAddress } from '../../testing/proxies/proxy-server.ts'
import { HOST, type ProxyName } from '../../testing/proxies/proxy-kinds.ts'
import { storageMode } from '../../testing/storage-mode.ts'
import type { Tls } from '../../faults/kit/raw-stream.ts'

export interface SiteBehindProxy {
  readonly site: TestSite<'anna', 'red'>
  /** One where a process owns the data, two where several share it. */
  readonly nodes: readonly ServerProcess[]
  readonly proxy: ProxyServer
  readonly publicUrl: string
  readonly tls: Tls
  close(): Promise<void>
}

/** @param path at which the site is to be, such as `/chat` */
export async function startSiteBehind(name: ProxyName, path = ''): Promise<SiteBehindProxy> {
  const address = await proxyAddress(path)
  const flags = ['--public-url', address.publicUrl, '--trust-proxy', '127.0.0.1']
  const site = await startSite({ users: ['anna'], rooms: ['red'], flags })
  const nodes = [site.server, ...(await otherNodes(site.server.databaseUrl, flags))]
  const proxy = await ProxyServer.start(
    name,
    address,
    nodes.map(({ port }) => port),
  )
  return {
    site,
    nodes,
    proxy,
    publicUrl: address.publicUrl,
    tls: { host: HOST, ca: proxy.certificate.ca },
    async close() {
      await proxy.close()
      // The first one last: the database goes with it.
      for (const node of nodes.toReversed()) await node.close()
    },
  }
}

async function otherNodes(databaseUrl: string | undefined, flags: readonly string[]): Promise<ServerProcess[]> {
  if (storageMode === 'sqlite' || databaseUrl === undefined) return []
  return [await ServerProcess.start({ databaseUrl, flags })]
}
