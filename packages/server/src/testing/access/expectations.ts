/**
 * Who may do what, by hand and apart from the policy in the code: what the server answers. A letter behind a status is a
 * code other than the usual one of that status.
 */

import type { ErrorCode } from '@suda/protocol'
import { parseTable, type Row } from './table.ts'

export const CODES: Readonly<Record<string, ErrorCode>> = {
  '401': 'unauthenticated',
  '401w': 'wrong_password',
  '403': 'forbidden',
  '403c': 'sign_up_closed',
  '403i': 'invite_invalid',
  '404': 'not_found',
  '409a': 'room_archived',
  '409x': 'conflict',
  '422': 'validation_failed',
}

/**
 * Without any room. By cookie, of a session that was begun with the password: guest, memb(er), admin, owner; gone is such
 * a session that was ended. By token: bot (a user of that kind), of a member read and write, of an admin rw (both) and
 * adm(in, metrics), of an admin who is none any more all; dead (expired), susp(ended user). by-r is a session that was
 * begun with read.
 */
export const onSite = parseTable(`
                                            none gone dead susp | guest memb admin owner | bot  read write by-r rw   adm  all
GET /health                                  200  200  401  401 |  200  200   200   200  | 200  200   200  200  200  200  200
GET /metrics                                 200  200  401  401 |  200  200   200   200  | 200  200   200  200  200  200  200
GET /metrics from elsewhere                  401  401  401  401 |  403  403   403   403  | 403  403   403  403  403  200  200
GET /api/openapi.json                        200  200  401  401 |  200  200   200   200  | 200  200   200  200  200  200  200
GET /api/site                                200  200  401  401 |  200  200   200   200  | 200  200   200  200  200  200  200
PATCH /api/site                              401  401  401  401 |  403  403   200   200  | 403  403   403  403  403  200  403
POST /api/setup                             409x 409x  401  401 | 409x 409x  409x  409x  |409x 409x  409x 409x 409x 409x 409x
POST /api/sign-up                           403c 403c  401  401 | 403c 403c  403c  403c  |403c 403c  403c 403c 403c 403c 403c
POST /api/sign-up by an invite               201  201  401  401 |  201  201   201   201  | 201  201   201  201  201  201  201
POST /api/sign-up by no such invite         403i 403i  401  401 | 403i 403i  403i  403i  |403i 403i  403i 403i 403i 403i 403i
POST /api/sign-in                            200  200  401  401 |  200  200   200   200  | 200  200   200  200  200  200  200
POST /api/sign-in as a suspended user        403  403  401  401 |  403  403   403   403  | 403  403   403  403  403  403  403
POST /api/sign-in with a wrong password     401w 401w  401  401 | 401w 401w  401w  401w  |401w 401w  401w 401w 401w 401w 401w
POST /api/sign-out                           401  401  401  401 |  204  204   204   204  | 204  204   204  204  204  204  204
POST /api/sign-out everywhere                401  401  401  401 |  204  204   204   204  | 204  403   204  403  204  403  204
GET /api/me                                  401  401  401  401 |  200  200   200   200  | 200  200   403  200  200  403  200
PATCH /api/me                                401  401  401  401 |  200  200   200   200  | 200  403   200  403  200  403  200
PUT /api/me/password                         401  401  401  401 |  204  204   204   204  |401w  403   204  403  204  403  204
PUT /api/me/password by a wrong one          401  401  401  401 | 401w 401w  401w  401w  |401w  403  401w  403 401w  403 401w
GET /api/sessions                            401  401  401  401 |  200  200   200   200  | 200  200   403  200  200  403  200
POST /api/sessions                           401  401  401  401 |  403  403   403   403  | 204  204   204  403  204  204  204
DELETE /api/sessions/{session}               401  401  401  401 |  204  204   204   204  | 204  403   204  403  204  403  204
DELETE /api/sessions/{session} in use          -    -    -    - |  204  204   204   204  |   -    -     -  204    -    -    -
DELETE /api/sessions/{session} of another    401  401  401  401 |  404  404   404   404  | 404  403   404  403  404  403  404
GET /api/tokens                              401  401  401  401 |  200  200   200   200  | 200  200   403  200  200  403  200
POST /api/tokens                             401  401  401  401 |  201  201   201   201  | 403  403   403  403  403  403  403
POST /api/tokens of scope admin              401  401  401  401 |  403  403   201   201  | 403  403   403  403  403  403  403
DELETE /api/tokens/{token}                   401  401  401  401 |  204  204   204   204  | 204  403   204  403  204  403  204
DELETE /api/tokens/{token} of another        401  401  401  401 |  404  404   404   404  | 404  403   404  403  404  403  404
GET /api/invites                             401  401  401  401 |  403  200   200   200  | 200  200   403  200  200  403  200
POST /api/invites                            401  401  401  401 |  403  403   201   201  | 403  403   403  403  201  403  403
DELETE /api/invites/{invite}                 401  401  401  401 |  403  204   204   204  | 204  403   204  403  204  403  204
DELETE /api/invites/{invite} of another      401  401  401  401 |  403  404   204   204  | 404  403   404  403  204  403  404
DELETE /api/invites/{invite} into privacy    401  401  401  401 |  403  404   404   404  | 404  403   404  403  404  403  404
GET /api/invites/{code}/preview              200  200  401  401 |  200  200   200   200  | 200  200   200  200  200  200  200
GET /api/invites/{code}/preview unknown      404  404  401  401 |  404  404   404   404  | 404  404   404  404  404  404  404
POST /api/invites/{code}/join                401  401  401  401 |  204  204   204   204  | 204  403   204  403  204  403  204
POST /api/invites/{code}/join unknown        401  401  401  401 | 403i 403i  403i  403i  |403i  403  403i  403 403i  403 403i
GET /api/users by ids                        401  401  401  401 |  200  200   200   200  | 200  200   403  200  200  403  200
GET /api/users by name                       401  401  401  401 |  403  200   200   200  | 200  200   403  200  200  403  200
PATCH /api/users/{user}                      401  401  401  401 |  403  403   200   200  | 403  403   403  403  403  200  403
PATCH /api/users/{user} an owner             401  401  401  401 |  403  403   403   200  | 403  403   403  403  403  403  403
PATCH /api/users/{user} into an owner        401  401  401  401 |  403  403   403   200  | 403  403   403  403  403  403  403
PATCH /api/users/{user} oneself suspended    401  401  401  401 |  403  403   403   403  | 403  403   403  403  403  403  403
PATCH /api/users/{user} nobody               401  401  401  401 |  403  403   404   404  | 403  403   403  403  403  404  403
DELETE /api/users/{user}                     401  401  401  401 |  403  403   204   204  | 403  403   403  403  403  403  403
DELETE /api/users/{user} an owner            401  401  401  401 |  403  403   403   204  | 403  403   403  403  403  403  403
DELETE /api/users/{user} nobody              401  401  401  401 |  403  403   404   404  | 403  403   403  403  403  403  403
DELETE /api/users/{user} oneself             401  401  401  401 |  204  204   204   204  |401w  403   204  403  204  403  204
GET /api/accounts                            401  401  401  401 |  403  403   200   200  | 403  403   403  403  403  200  403
GET /api/audit                               401  401  401  401 |  403  403   200   200  | 403  403   403  403  403  200  403
GET /api/rooms                               401  401  401  401 |  200  200   200   200  | 200  200   403  200  200  403  200
POST /api/rooms                              401  401  401  401 |  403  201   201   201  | 201  403   201  403  201  403  201
GET /api/sync                                401  401  401  401 |  200  200   200   200  | 200  200   403  200  200  403  200
GET /api/feed                                401  401  401  401 |  200  200   200   200  | 200  200   403  200  200  403  200
PUT /api/streams/{stream}/watch no such      401  401  401  401 |  404  404   404   404  | 404  404   403  404  404  403  404
`)

/**
 * In a public room that is open. By cookie g(uest), m(ember), a(dmin), o(wner) of the site, by token b(ot): never a member
 * of the room, `-` not any more, `+` a member, `*` a moderator. Of a moderator: r(ead), also by a session that was begun
 * with it, and w(rite). out is whoever is not let in at all.
 */
export const inPublicRoom = parseTable(`
                                              out |  g   g-   g+ |  m   m-   m+   m* |  a   a+ |  o   o+ |  b   b+ |  r   w
GET /api/rooms/{room}                         401 | 404  404  200| 200  200  200  200| 200  200| 200  200| 200  200| 200 403
PATCH /api/rooms/{room}                       401 | 404  404  403| 403  403  403  200| 200  200| 200  200| 403  403| 403 200
DELETE /api/rooms/{room}                      401 | 404  404  403| 403  403  403  204| 204  204| 204  204| 403  403| 403 204
GET /api/rooms/{room}/members                 401 | 404  404  200| 200  200  200  200| 200  200| 200  200| 200  200| 200 403
PUT /api/rooms/{room}/members/{user} me       401 | 404  404  200| 201  201  200  200| 201  200| 201  200| 201  200| 403 200
PUT /api/rooms/{room}/members/{user}          401 | 404  404  403| 403  403  201  201| 403  201| 403  201| 403  201| 403 201
PUT /api/rooms/{room}/members/{user} nobody   401 | 404  404  403| 403  403  404  404| 403  404| 403  404| 403  404| 403 404
PUT /api/rooms/{room}/members/{user} as moderator  401 | 404  404  403| 403  403  403  201| 403  201| 403  201| 403  403| 403 201
PUT /api/rooms/{room}/members/{user} a role   401 | 404  404  403| 403  403  403  200| 200  200| 200  200| 403  403| 403 200
DELETE /api/rooms/{room}/members/{user} me    401 | 404  404  204| 204  204  204  204| 204  204| 204  204| 204  204| 403 204
DELETE /api/rooms/{room}/members/{user}       401 | 404  404  403| 403  403  403  204| 204  204| 204  204| 403  403| 403 204
DELETE /api/rooms/{room}/members/{user} nobody  401 | 404  404  403| 403  403  403  404| 404  404| 404  404| 403  403| 403 404
POST /api/rooms/{room}/messages               401 | 404  404  201| 201  201  201  201| 201  201| 201  201| 201  201| 403 201
GET /api/rooms/{room}/messages                401 | 404  404  200| 200  200  200  200| 200  200| 200  200| 200  200| 200 403
GET /api/messages/{message}                   401 | 404  404  200| 200  200  200  200| 200  200| 200  200| 200  200| 200 403
GET /api/messages/{message}/thread            401 | 404  404  200| 200  200  200  200| 200  200| 200  200| 200  200| 200 403
PATCH /api/messages/{message} own              -  |  -   404  200|  -   200  200  200|  -   200|  -   200|  -   200| 403 200
PATCH /api/messages/{message}                 401 | 404  404  403| 403  403  403  403| 403  403| 403  403| 403  403| 403 403
DELETE /api/messages/{message} own             -  |  -   404  200|  -   200  200  200|  -   200|  -   200|  -   200| 403 200
DELETE /api/messages/{message}                401 | 404  404  403| 403  403  403  200| 200  200| 200  200| 403  403| 403 200
PUT /api/rooms/{room}/read                    401 | 404  404  200| 403  403  200  200| 403  200| 403  200| 403  200| 403 200
POST /api/rooms/{room}/typing                 401 | 404  404  204| 204  204  204  204| 204  204| 204  204| 204  204| 403 204
GET /api/rooms/{room}/feed                    401 | 404  404  200| 200  200  200  200| 200  200| 200  200| 200  200| 200 403
PUT /api/streams/{stream}/watch               401 | 404  404  204| 204  204  204  204| 204  204| 204  204| 204  204| 204 403
POST /api/invites into the room               401 | 403  403  403| 403  403  403  201| 201  201| 201  201| 403  403| 403 201
POST /api/invites/{code}/join the room        401 | 200  200  200| 200  200  200  200| 200  200| 200  200| 200  200| 403 200
`)

/** Where a public room that is archived answers otherwise: it can be read, put in order and opened again. */
const archivedRows = parseTable(`
                                              out |  g   g-   g+ |  m   m-   m+   m* |  a   a+ |  o   o+ |  b   b+ |  r   w
PUT /api/rooms/{room}/members/{user} me       401 | 404  404  200|409a 409a  200  200|409a  200|409a  200|409a  200| 403 200
PUT /api/rooms/{room}/members/{user}          401 | 404  404  403| 403  403 409a 409a| 403 409a| 403 409a| 403 409a| 403 409a
PUT /api/rooms/{room}/members/{user} as moderator  401 | 404  404  403| 403  403 403 409a| 403 409a| 403 409a| 403  403| 403 409a
POST /api/rooms/{room}/messages               401 | 404  404 409a|409a 409a 409a 409a|409a 409a|409a 409a|409a 409a| 403 409a
PATCH /api/messages/{message} own              -  |  -   404 409a|  -  409a 409a 409a|  -  409a|  -  409a|  -  409a| 403 409a
POST /api/invites into the room               401 | 403  403  403| 403  403  403 409a|409a 409a|409a 409a| 403  403| 403 409a
POST /api/invites/{code}/join the room        401 |403i 403i 403i|403i 403i 403i 403i|403i 403i|403i 403i|403i 403i| 403 403i
`)

/** What is answered otherwise than 404 to whoever is no member of a private room: an invite is a way in for anybody. */
const privateExceptions: Readonly<Record<string, readonly string[]>> = {
  // Guests invite nobody, wherever.
  'POST /api/invites into the room': ['g', 'g-'],
  'POST /api/invites/{code}/join the room': ['g', 'g-', 'm', 'm-', 'a', 'o', 'b'],
}
const OUTSIDE = ['g', 'g-', 'm', 'm-', 'a', 'o', 'b']

export const inArchivedRoom = inPublicRoom.map((row) => archivedRows.find(({ label }) => label === row.label) ?? row)

/** Nobody but its members knows of a private room, whatever their role on the site. */
export function inPrivate(rows: readonly Row[]): readonly Row[] {
  return rows.map((row) => {
    const known = privateExceptions[row.label] ?? []
    const cells = [...row.cells].map(([column, cell]): [string, string] =>
      OUTSIDE.includes(column) && !known.includes(column) ? [column, '404'] : [column, cell],
    )
    return { ...row, cells: new Map(cells) }
  })
}

/**
 * Where the body itself says what is asked for, so that one that is not valid cannot be judged. Nobody is told of it who
 * may not read the room in the path.
 */
export const BODY_DECIDES: ReadonlySet<string> = new Set([
  'POST /api/sign-up',
  'POST /api/sign-up by no such invite',
  'POST /api/sign-in as a suspended user',
  'POST /api/sign-in with a wrong password',
  'POST /api/sign-out everywhere',
  'PUT /api/me/password',
  'PUT /api/me/password by a wrong one',
  'POST /api/tokens of scope admin',
  'POST /api/invites',
  'POST /api/invites into the room',
  'PATCH /api/users/{user} an owner',
  'PATCH /api/users/{user} into an owner',
  'PATCH /api/users/{user} oneself suspended',
  'PATCH /api/users/{user} nobody',
  'DELETE /api/users/{user} oneself',
  'PUT /api/rooms/{room}/members/{user}',
  'PUT /api/rooms/{room}/members/{user} nobody',
  'PUT /api/rooms/{room}/members/{user} as moderator',
  'PUT /api/rooms/{room}/members/{user} a role',
  'PUT /api/streams/{stream}/watch',
  'PUT /api/streams/{stream}/watch no such',
])

/** For whom a room of the table is as good as missing, so that no body changes the answer. */
export function isOutside(rows: readonly Row[], column: string): boolean {
  const room = rows.find(({ label }) => label === 'GET /api/rooms/{room}')
  return room?.cells.get(column) === '404'
}
