/** That schemas and plain types are equal is checked by the compiler; at run time there is hardly anything left to do. */

import type * as plain from '@suda/protocol'
import { ERRORS } from '@suda/protocol'
import { expect, test } from 'vitest'
import type * as z from 'zod'
import * as schemas from './index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

/** Readonly or not is no matter on the wire. */
type Plain<T> = T extends readonly (infer Item)[]
  ? Plain<Item>[]
  : T extends object
    ? { -readonly [K in keyof T]: Plain<T[K]> }
    : T

/** `true` if the schema takes and gives exactly the type. */
type Fits<Schema extends z.ZodType, Type> = Equal<Plain<z.output<Schema>>, Plain<Type>>

test('each schema is the plain type of the same name', () => {
  const checks: true[] = [
    is<Fits<typeof schemas.site, plain.Site>>(),
    is<Fits<typeof schemas.userCard, plain.UserCard>>(),
    is<Fits<typeof schemas.user, plain.User>>(),
    is<Fits<typeof schemas.room, plain.Room>>(),
    is<Fits<typeof schemas.member, plain.Member>>(),
    is<Fits<typeof schemas.message, plain.Message>>(),
    is<Fits<typeof schemas.authoredMessage, plain.AuthoredMessage>>(),
    is<Fits<typeof schemas.author, plain.Author>>(),
    is<Fits<typeof schemas.hello, plain.Hello>>(),
    is<Fits<typeof schemas.reset, plain.Reset>>(),
    is<Fits<typeof schemas.bye, plain.Bye>>(),
    is<Fits<typeof schemas.signal, plain.Signal>>(),
    is<Fits<typeof schemas.problem, plain.Problem>>(),
    is<Fits<typeof schemas.change, plain.Change>>(),
    is<Fits<typeof schemas.siteAnswer, plain.SiteAnswer>>(),
    is<Fits<typeof schemas.userAnswer, plain.UserAnswer>>(),
    is<Fits<typeof schemas.usersAnswer, plain.UsersAnswer>>(),
    is<Fits<typeof schemas.roomAnswer, plain.RoomAnswer>>(),
    is<Fits<typeof schemas.roomsAnswer, plain.RoomsAnswer>>(),
    is<Fits<typeof schemas.memberAnswer, plain.MemberAnswer>>(),
    is<Fits<typeof schemas.membersAnswer, plain.MembersAnswer>>(),
    is<Fits<typeof schemas.messageAnswer, plain.MessageAnswer>>(),
    is<Fits<typeof schemas.postAnswer, plain.PostAnswer>>(),
    is<Fits<typeof schemas.messagesAnswer, plain.MessagesAnswer>>(),
    is<Fits<typeof schemas.readAnswer, plain.ReadAnswer>>(),
    is<Fits<typeof schemas.syncAnswer, plain.SyncAnswer>>(),
    is<Fits<typeof schemas.feedAnswer, plain.FeedAnswer>>(),
    is<Fits<typeof schemas.postMessageBody, plain.PostMessageBody>>(),
    is<Fits<typeof schemas.editMessageBody, plain.EditMessageBody>>(),
    is<Fits<typeof schemas.createRoomBody, plain.CreateRoomBody>>(),
    is<Fits<typeof schemas.changeRoomBody, plain.ChangeRoomBody>>(),
    is<Fits<typeof schemas.putMemberBody, plain.PutMemberBody>>(),
    is<Fits<typeof schemas.moveReadBody, plain.MoveReadBody>>(),
    is<Fits<typeof schemas.watchBody, plain.WatchBody>>(),
  ]

  expect(checks).not.toContain(false)
})

test('the check of equality fails for a key that is missing, is optional, or is of another type', () => {
  const planted: false[] = [
    is<Equal<Plain<{ a: string }>, Plain<{ a: string; b?: string }>>>(),
    is<Equal<Plain<{ a?: string }>, Plain<{ a: string }>>>(),
    is<Equal<Plain<{ a: string }>, Plain<{ a: number }>>>(),
  ]

  expect(planted).toHaveLength(3)
})

test('every type of change has its schema in the union', () => {
  expect(schemas.change.options).toHaveLength(Object.keys(schemas.changes).length)
})

test('every code of the error table is a code of the problem schema', () => {
  expect(schemas.problem.shape.code.options).toEqual(Object.keys(ERRORS))
})

// The value is never looked at: what is tested is that the call compiles.
function is<Result extends boolean>(): Result {
  return true as Result
}
