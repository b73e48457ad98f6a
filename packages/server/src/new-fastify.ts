/** The HTTP server: its limits, and who refuses what never becomes a request of a route. */

import { randomUUID } from 'node:crypto'
import Fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { securityHeaders } from './auth/security-headers.ts'
import type { AppContext } from './context.ts'
import { endWithError, sendError } from './error-response.ts'
import { BODY_BYTES } from './json-body.ts'

const HEADERS_MS = 10_000
const REQUEST_MS = 30_000
const KEEP_ALIVE_MS = 65_000
const HEADER_BYTES = 16_384
/** Longer than any slug in percent-encoding. */
const PARAM_LENGTH = 1_024

export function newFastify({ config, log }: AppContext): FastifyInstance {
  const logger: FastifyBaseLogger = log
  const app = Fastify({
    loggerInstance: logger,
    // One logger for all: what is logged of a request names it, and most requests log nothing.
    childLoggerFactory: (parent) => parent,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    // What still comes while the server stops is answered as ever; an EventSource would take a 503 for final (DL14).
    return503OnClosing: false,
    bodyLimit: BODY_BYTES,
    trustProxy: trusted(config.trustProxy),
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A request without a host is refused by us, as a problem.
    http: { headersTimeout: HEADERS_MS, maxHeaderSize: HEADER_BYTES, requireHostHeader: false },
    routerOptions: { maxParamLength: PARAM_LENGTH },
    // Before any hook.
    frameworkErrors: (error, request, reply) => sendError(error, request, reply.headers(securityHeaders), log),
    clientErrorHandler: endWithError,
  })
  // Node would answer what it does not know itself, under any host and without our headers.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  return app
}

function trusted(proxies: AppContext['config']['trustProxy']) {
  if (typeof proxies === 'number') return (_address: string, hop: number) => hop < proxies
  return proxies === false ? false : [...proxies]
}
