/** Every call of the API: what goes into its path, its query and its body, and what it answers. */

import type * as api from './api.ts'
import type * as queries from './queries.ts'

/**
 * The keys are those of `docs/openapi.json`. What is not there is not taken; `answer: undefined` is an answer without a
 * body, and `string` one that is not JSON.
 */
export interface Calls {
  'GET /health': { query?: queries.HealthQuery; answer: api.HealthAnswer }
  'GET /metrics': { answer: string }
  'GET /api/openapi.json': { answer: unknown }
  'GET /api/site': { answer: api.SiteAnswer }
  'PATCH /api/site': { body: api.ChangeSiteBody; answer: api.SiteAnswer }
  'POST /api/setup': { body: api.SetUpBody; answer: api.UserAnswer }
  'POST /api/sign-up': { body: api.SignUpBody; answer: api.UserAnswer }
  'POST /api/sign-in': { body: api.SignInBody; answer: api.UserAnswer }
  'POST /api/sign-out': { body?: api.SignOutBody; answer: undefined }
  'GET /api/me': { answer: api.UserAnswer }
  'PATCH /api/me': { body: api.ChangeMeBody; answer: api.UserAnswer }
  'PUT /api/me/password': { body: api.ChangePasswordBody; answer: undefined }
  'GET /api/sessions': { answer: api.SessionsAnswer }
  'POST /api/sessions': { answer: undefined }
  'DELETE /api/sessions/{session}': { path: { session: string }; answer: undefined }
  'GET /api/tokens': { answer: api.TokensAnswer }
  'POST /api/tokens': { body: api.CreateTokenBody; answer: api.NewTokenAnswer }
  'DELETE /api/tokens/{token}': { path: { token: string }; answer: undefined }
  'GET /api/invites': { answer: api.InvitesAnswer }
  'POST /api/invites': { body?: api.CreateInviteBody; answer: api.NewInviteAnswer }
  'DELETE /api/invites/{invite}': { path: { invite: string }; answer: undefined }
  'GET /api/invites/{code}/preview': { path: { code: string }; answer: api.InvitePreviewAnswer }
  'POST /api/invites/{code}/join': { path: { code: string }; answer: api.RoomAnswer | undefined }
  'GET /api/users': { query: queries.UsersQuery; answer: api.UsersAnswer }
  'PATCH /api/users/{user}': { path: { user: string }; body: api.ChangeUserBody; answer: api.UserAnswer }
  'DELETE /api/users/{user}': { path: { user: string }; body?: api.DeleteUserBody; answer: undefined }
  'GET /api/accounts': { query?: queries.AccountsQuery; answer: api.AccountsAnswer }
  'GET /api/audit': { query?: queries.AuditQuery; answer: api.AuditAnswer }
  'GET /api/rooms': { query?: queries.RoomsQuery; answer: api.RoomsAnswer }
  'POST /api/rooms': { body: api.CreateRoomBody; answer: api.RoomAnswer }
  'GET /api/rooms/{room}': { path: { room: string }; answer: api.RoomAnswer }
  'PATCH /api/rooms/{room}': { path: { room: string }; body: api.ChangeRoomBody; answer: api.RoomAnswer }
  'DELETE /api/rooms/{room}': { path: { room: string }; answer: undefined }
  'GET /api/rooms/{room}/members': { path: { room: string }; query?: queries.MembersQuery; answer: api.MembersAnswer }
  'PUT /api/rooms/{room}/members/{user}': {
    path: { room: string; user: string }
    body?: api.PutMemberBody
    answer: api.MemberAnswer
  }
  'DELETE /api/rooms/{room}/members/{user}': { path: { room: string; user: string }; answer: undefined }
  'POST /api/rooms/{room}/messages': { path: { room: string }; body: api.PostMessageBody; answer: api.PostAnswer }
  'GET /api/rooms/{room}/messages': {
    path: { room: string }
    query?: queries.MessagesQuery
    answer: api.MessagesAnswer
  }
  'GET /api/messages/{message}': { path: { message: string }; answer: api.MessageAnswer }
  'PATCH /api/messages/{message}': { path: { message: string }; body: api.EditMessageBody; answer: api.MessageAnswer }
  'DELETE /api/messages/{message}': { path: { message: string }; answer: api.MessageAnswer }
  'GET /api/messages/{message}/thread': {
    path: { message: string }
    query?: queries.ThreadQuery
    answer: api.MessagesAnswer
  }
  'PUT /api/rooms/{room}/read': { path: { room: string }; body: api.MoveReadBody; answer: api.ReadAnswer }
  'POST /api/rooms/{room}/typing': { path: { room: string }; answer: undefined }
  'GET /api/sync': { query?: queries.SyncQuery; answer: api.SyncAnswer }
  /** As long poll; as a stream it is not one answer. */
  'GET /api/feed': { query?: queries.FeedQuery; answer: api.FeedAnswer }
  'GET /api/rooms/{room}/feed': { path: { room: string }; query?: queries.RoomFeedQuery; answer: string }
  'PUT /api/streams/{stream}/watch': { path: { stream: string }; body: api.WatchBody; answer: undefined }
}
