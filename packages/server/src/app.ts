/** The HTTP edge: every route on one screen, and what holds for all of them. */

import { ChatError, PROTOCOL } from '@suda/protocol'
import type { FastifyInstance } from 'fastify'
import { allowedMethods } from './allowed-methods.ts'
import { keyedHash } from './auth/secrets.ts'
import { noteClientAddress } from './auth/client-address.ts'
import { securityHeaders, strictTransport } from './auth/security-headers.ts'
import { SiteAddress } from './auth/site-address.ts'
import type { AppContext } from './context.ts'
import { sendError } from './error-response.ts'
import { addBodyParsers } from './json-body.ts'
import { newFastify } from './new-fastify.ts'
import { addRoute, type Edge, type Route } from './route.ts'
import { getAudit } from './routes/audit.ts'
import { getBarePage, pageParts, pagePaths } from './routes/bare-page/bare-page.ts'
import { getFeed } from './routes/feed.ts'
import { getHealth } from './routes/health.ts'
import { deleteInvite, getInvites, joinByInvite, postInvite, previewInvite } from './routes/invites.ts'
import { getMe, patchMe, putPassword } from './routes/me.ts'
import { deleteMember, getMembers, putMember } from './routes/members.ts'
import { deleteMessage, editMessage, getMessage, getMessages, getThread, postMessage } from './routes/messages.ts'
import { getMetrics } from './routes/metrics.ts'
import { describe } from './routes/openapi.ts'
import { putRead } from './routes/read.ts'
import { getRoomFeed } from './routes/room-feed.ts'
import { deleteRoom, getRoom, getRooms, patchRoom, postRoom } from './routes/rooms.ts'
import { deleteSession, getSessions, postSession, signIn, signOut } from './routes/sessions.ts'
import { postSetUp, postSignUp } from './routes/sign-up.ts'
import { postTyping, putWatch } from './routes/signals.ts'
import { getSite, patchSite } from './routes/site.ts'
import { getSync } from './routes/sync.ts'
import { deleteToken, getTokens, postToken } from './routes/tokens.ts'
import { deleteUser, getAccounts, getUsers, patchUser } from './routes/users.ts'
import { OpenStreams, STREAM_LIMITS } from './streams/stream-limits.ts'
import { beginAnswer, endAnswer } from './unanswered.ts'

export const routes: readonly Route[] = [
  { method: 'GET', path: '/health', action: 'readHealth', endpoint: getHealth },
  { method: 'GET', path: '/metrics', action: 'readMetrics', endpoint: getMetrics },
  { method: 'GET', path: '/api/openapi.json', action: 'readApi', endpoint: describe(() => routes) },
  { method: 'GET', path: '/api/site', action: 'readSite', endpoint: getSite },
  { method: 'PATCH', path: '/api/site', action: 'changeSite', endpoint: patchSite },
  { method: 'POST', path: '/api/setup', action: 'setUp', endpoint: postSetUp },
  { method: 'POST', path: '/api/sign-up', action: 'signUp', endpoint: postSignUp },
  { method: 'POST', path: '/api/sign-in', action: 'signIn', endpoint: signIn },
  { method: 'POST', path: '/api/sign-out', action: 'endSession', endpoint: signOut },
  { method: 'GET', path: '/api/me', action: 'readMe', endpoint: getMe },
  { method: 'PATCH', path: '/api/me', action: 'changeMe', endpoint: patchMe },
  { method: 'PUT', path: '/api/me/password', action: 'changePassword', endpoint: putPassword },
  { method: 'GET', path: '/api/sessions', action: 'readSessions', endpoint: getSessions },
  { method: 'POST', path: '/api/sessions', action: 'startSession', endpoint: postSession },
  { method: 'DELETE', path: '/api/sessions/:session', action: 'endSession', endpoint: deleteSession },
  { method: 'GET', path: '/api/tokens', action: 'readTokens', endpoint: getTokens },
  { method: 'POST', path: '/api/tokens', action: 'createToken', endpoint: postToken },
  { method: 'DELETE', path: '/api/tokens/:token', action: 'deleteToken', endpoint: deleteToken },
  { method: 'GET', path: '/api/invites', action: 'readInvites', endpoint: getInvites },
  { method: 'POST', path: '/api/invites', action: 'createInvite', endpoint: postInvite },
  { method: 'DELETE', path: '/api/invites/:invite', action: 'deleteInvite', endpoint: deleteInvite },
  { method: 'GET', path: '/api/invites/:code/preview', action: 'previewInvite', endpoint: previewInvite },
  { method: 'POST', path: '/api/invites/:code/join', action: 'acceptInvite', endpoint: joinByInvite },
  { method: 'GET', path: '/api/users', action: 'readUsers', endpoint: getUsers },
  { method: 'PATCH', path: '/api/users/:user', action: 'changeUser', endpoint: patchUser },
  { method: 'DELETE', path: '/api/users/:user', action: 'deleteUser', endpoint: deleteUser },
  { method: 'GET', path: '/api/accounts', action: 'readAccounts', endpoint: getAccounts },
  { method: 'GET', path: '/api/audit', action: 'readAudit', endpoint: getAudit },
  { method: 'GET', path: '/api/rooms', action: 'listRooms', endpoint: getRooms },
  { method: 'POST', path: '/api/rooms', action: 'createRoom', endpoint: postRoom },
  { method: 'GET', path: '/api/rooms/:room', action: 'readRoom', endpoint: getRoom },
  { method: 'PATCH', path: '/api/rooms/:room', action: 'changeRoom', endpoint: patchRoom },
  { method: 'DELETE', path: '/api/rooms/:room', action: 'deleteRoom', endpoint: deleteRoom },
  { method: 'GET', path: '/api/rooms/:room/members', action: 'readMembers', endpoint: getMembers },
  { method: 'PUT', path: '/api/rooms/:room/members/:user', action: 'putMember', endpoint: putMember },
  { method: 'DELETE', path: '/api/rooms/:room/members/:user', action: 'removeMember', endpoint: deleteMember },
  { method: 'POST', path: '/api/rooms/:room/messages', action: 'postMessage', endpoint: postMessage },
  { method: 'GET', path: '/api/rooms/:room/messages', action: 'readMessages', endpoint: getMessages },
  { method: 'GET', path: '/api/messages/:message', action: 'readMessage', endpoint: getMessage },
  { method: 'PATCH', path: '/api/messages/:message', action: 'editMessage', endpoint: editMessage },
  { method: 'DELETE', path: '/api/messages/:message', action: 'deleteMessage', endpoint: deleteMessage },
  { method: 'GET', path: '/api/messages/:message/thread', action: 'readMessage', endpoint: getThread },
  { method: 'PUT', path: '/api/rooms/:room/read', action: 'moveRead', endpoint: putRead },
  { method: 'POST', path: '/api/rooms/:room/typing', action: 'signalTyping', endpoint: postTyping },
  { method: 'GET', path: '/api/sync', action: 'sync', endpoint: getSync },
  { method: 'GET', path: '/api/feed', action: 'readFeed', endpoint: getFeed },
  { method: 'GET', path: '/api/rooms/:room/feed', action: 'readRoomFeed', endpoint: getRoomFeed },
  { method: 'PUT', path: '/api/streams/:stream/watch', action: 'watchRooms', endpoint: putWatch },
]

/** For browsers; no part of the API. */
const pages: readonly Route[] = [
  ...pagePaths.map((path) => ({ method: 'GET', path, action: 'readSite', endpoint: getBarePage }) as const),
  ...pageParts.map(([path, endpoint]) => ({ method: 'GET', path, action: 'readSite', endpoint }) as const),
]

/** How long a request may go on after the server was told to stop. */
const CLOSING_MS = 1_500

/** @throws Error if a route has no policy */
export function createApp(context: AppContext): FastifyInstance {
  const address = new SiteAddress(context.config)
  const openStreams = new OpenStreams(
    context.config.rateLimits ? STREAM_LIMITS : { perUser: Infinity, perAddress: Infinity },
  )
  const edge: Edge = { context, address, openStreams }
  const app = newFastify(context)
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, context.log))
  app.setNotFoundHandler((request, reply) => {
    const allowed = allowedMethods(request.url, address.prefix, [...routes, ...pages])
    if (allowed.length === 0) throw new ChatError('not_found')
    void reply.header('allow', allowed.join(', '))
    throw new ChatError('method_not_allowed')
  })
  holdForAll(app, edge)
  void app.register(
    async (api) => {
      addBodyParsers(api)
      for (const route of [...routes, ...pages]) addRoute(api, route, edge)
    },
    { prefix: address.prefix },
  )
  return app
}

function holdForAll(app: FastifyInstance, { address, context }: Edge): void {
  const headers = { ...securityHeaders, 'suda-protocol': String(PROTOCOL), 'suda-build': context.build }
  const overHttps = { ...headers, ...strictTransport }
  app.decorateRequest('identity', undefined)
  app.decorateRequest('release', () => {})
  app.decorateRequest('keyedHash', (text) => keyedHash(text, context.siteSecret))
  app.addHook('onRequest', (request, reply, done) => {
    beginAnswer(request.raw)
    noteClientAddress(request)
    void reply.headers(address.isHttps(request) ? overHttps : headers)
    // Whoever keeps the connection would send the next request here as well.
    if (context.stopping.aborted) void reply.header('connection', 'close')
    address.assertHost(request)
    done()
  })
  app.addHook('preClose', (done) => {
    // Browsers open connections in advance and ask nothing on them; nobody waits for those.
    setTimeout(() => app.server.closeAllConnections(), CLOSING_MS).unref()
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    endAnswer(request.raw)
    const { method, routeOptions } = request
    const route = routeOptions.url ?? 'unknown'
    context.metrics.requestEnded({ method, route, status: reply.statusCode, seconds: reply.elapsedTime / 1_000 })
    done()
  })
}
