/** That schemas and plain types are equal is checked by the compiler; at run time there is hardly anything left to do. */

import type * as plain from '@suda/protocol'
import { ERRORS } from '@suda/protocol'
import { expect, test } from 'vitest'
import type * as z from 'zod'
import * as schemas from './index.ts'

// Two types are the same if no third one tells them apart.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Readonly or not is no matter on the wire. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T

/** `true` if the schema takes and gives exactly the type. */
type Fits<Schema extends z.ZodType, Type> = Equal<Plain<z.output<Schema>>, Plain<Type>>

/** `true` if the schema of a query string, where everything is text, takes exactly the keys of the type. */
type SameKeys<Schema extends z.ZodType, Type> = Equal<keyof z.input<Schema>, keyof Type>

/** How many there are; does not compile unless each is the expected one. */
type All<Expected extends boolean, Checks extends readonly Expected[]> = Checks['length']

test('each schema is the plain type of the same name', () => {
  const checked: All<
    true,
    [
      Fits<typeof schemas.site, plain.Site>,
      Fits<typeof schemas.userCard, plain.UserCard>,
      Fits<typeof schemas.user, plain.User>,
      Fits<typeof schemas.room, plain.Room>,
      Fits<typeof schemas.member, plain.Member>,
      Fits<typeof schemas.message, plain.Message>,
      Fits<typeof schemas.authoredMessage, plain.AuthoredMessage>,
      Fits<typeof schemas.author, plain.Author>,
      Fits<typeof schemas.hello, plain.Hello>,
      Fits<typeof schemas.reset, plain.Reset>,
      Fits<typeof schemas.bye, plain.Bye>,
      Fits<typeof schemas.signal, plain.Signal>,
      Fits<typeof schemas.problem, plain.Problem>,
      Fits<typeof schemas.change, plain.Change>,
      Fits<typeof schemas.siteAnswer, plain.SiteAnswer>,
      Fits<typeof schemas.userAnswer, plain.UserAnswer>,
      Fits<typeof schemas.usersAnswer, plain.UsersAnswer>,
      Fits<typeof schemas.session, plain.Session>,
      Fits<typeof schemas.token, plain.Token>,
      Fits<typeof schemas.invite, plain.Invite>,
      Fits<typeof schemas.auditEntry, plain.AuditEntry>,
      Fits<typeof schemas.accountsAnswer, plain.AccountsAnswer>,
      Fits<typeof schemas.sessionsAnswer, plain.SessionsAnswer>,
      Fits<typeof schemas.tokensAnswer, plain.TokensAnswer>,
      Fits<typeof schemas.newTokenAnswer, plain.NewTokenAnswer>,
      Fits<typeof schemas.invitesAnswer, plain.InvitesAnswer>,
      Fits<typeof schemas.newInviteAnswer, plain.NewInviteAnswer>,
      Fits<typeof schemas.invitePreviewAnswer, plain.InvitePreviewAnswer>,
      Fits<typeof schemas.auditAnswer, plain.AuditAnswer>,
      Fits<typeof schemas.setUpBody, plain.SetUpBody>,
      Fits<typeof schemas.signUpBody, plain.SignUpBody>,
      Fits<typeof schemas.signInBody, plain.SignInBody>,
      Fits<typeof schemas.signOutBody, plain.SignOutBody>,
      Fits<typeof schemas.changePasswordBody, plain.ChangePasswordBody>,
      Fits<typeof schemas.createTokenBody, plain.CreateTokenBody>,
      Fits<typeof schemas.createInviteBody, plain.CreateInviteBody>,
      Fits<typeof schemas.changeUserBody, plain.ChangeUserBody>,
      Fits<typeof schemas.deleteUserBody, plain.DeleteUserBody>,
      Fits<typeof schemas.roomAnswer, plain.RoomAnswer>,
      Fits<typeof schemas.roomsAnswer, plain.RoomsAnswer>,
      Fits<typeof schemas.memberAnswer, plain.MemberAnswer>,
      Fits<typeof schemas.membersAnswer, plain.MembersAnswer>,
      Fits<typeof schemas.messageAnswer, plain.MessageAnswer>,
      Fits<typeof schemas.postAnswer, plain.PostAnswer>,
      Fits<typeof schemas.messagesAnswer, plain.MessagesAnswer>,
      Fits<typeof schemas.readAnswer, plain.ReadAnswer>,
      Fits<typeof schemas.syncAnswer, plain.SyncAnswer>,
      Fits<typeof schemas.feedAnswer, plain.FeedAnswer>,
      Fits<typeof schemas.postMessageBody, plain.PostMessageBody>,
      Fits<typeof schemas.editMessageBody, plain.EditMessageBody>,
      Fits<typeof schemas.createRoomBody, plain.CreateRoomBody>,
      Fits<typeof schemas.changeRoomBody, plain.ChangeRoomBody>,
      Fits<typeof schemas.changeMeBody, plain.ChangeMeBody>,
      Fits<typeof schemas.changeSiteBody, plain.ChangeSiteBody>,
      Fits<typeof schemas.putMemberBody, plain.PutMemberBody>,
      Fits<typeof schemas.moveReadBody, plain.MoveReadBody>,
      Fits<typeof schemas.watchBody, plain.WatchBody>,
    ]
  > = 57

  expect(checked).toBe(57)
})

test('each query takes the keys of the plain type of the same name', () => {
  const checked: All<
    true,
    [
      SameKeys<typeof schemas.usersQuery, plain.UsersQuery>,
      SameKeys<typeof schemas.accountsQuery, plain.AccountsQuery>,
      SameKeys<typeof schemas.auditQuery, plain.AuditQuery>,
      SameKeys<typeof schemas.roomsQuery, plain.RoomsQuery>,
      SameKeys<typeof schemas.membersQuery, plain.MembersQuery>,
      SameKeys<typeof schemas.messagesQuery, plain.MessagesQuery>,
      SameKeys<typeof schemas.threadQuery, plain.ThreadQuery>,
      SameKeys<typeof schemas.syncQuery, plain.SyncQuery>,
      SameKeys<typeof schemas.feedQuery, plain.FeedQuery>,
      SameKeys<typeof schemas.roomFeedQuery, plain.RoomFeedQuery>,
    ]
  > = 10

  expect(checked).toBe(10)
})

test('the check of equality fails for a key that is missing, is optional, or is of another type', () => {
  const planted: All<
    false,
    [
      Equal<Plain<{ a: string }>, Plain<{ a: string; b?: string }>>,
      Equal<Plain<{ a?: string }>, Plain<{ a: string }>>,
      Equal<Plain<{ a: string }>, Plain<{ a: number }>>,
      SameKeys<typeof schemas.syncQuery, { rooms?: string }>,
      SameKeys<typeof schemas.noQuery, { rooms?: string }>,
    ]
  > = 5

  expect(planted).toBe(5)
})

test('every type of change has its schema in the union', () => {
  expect(schemas.change.options).toHaveLength(Object.keys(schemas.changes).length)
})

test('every code of the error table is a code of the problem schema', () => {
  expect(schemas.problem.shape.code.options).toEqual(Object.keys(ERRORS))
})
