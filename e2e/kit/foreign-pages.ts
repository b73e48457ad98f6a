/** A web server of somebody else, whose pages may do whatever a page may: what its visitors' browsers let through counts. */

import { createServer } from 'node:http'

export interface ForeignPages {
  readonly port: number
  close(): Promise<void>
}

export async function startForeignPages(): Promise<ForeignPages> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end('<!doctype html><meta name="referrer" content="unsafe-url"><title>A page</title><body></body>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the pages have no port')
  return {
    port: address.port,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
