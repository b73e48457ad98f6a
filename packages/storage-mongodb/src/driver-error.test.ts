import { ChatError } from '@suda/protocol'
import { MongoClientBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb'
import { expect, test } from 'vitest'
import { asBug, codeOf, isTransient, isUnknown, translated } from './driver-error.ts'

test.each(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED'])(
  '%s of a socket, which the driver throws as it is, is a storage that cannot be reached',
  (code) => {
    const error = Object.assign(new Error('This socket has been ended by the other party'), { code })

    expect(codeOf(error)).toBe('unavailable')
    expect(translated(error)).toMatchObject({ code: 'unavailable', cause: error })
    // Of a commit nobody knows whether it arrived; whatever came before it is tried again.
    expect([isUnknown(error), isTransient(error)]).toEqual([true, false])
  },
)

test('what a connection or a server cannot do now is unavailable, what we got wrong is a bug', () => {
  expect(codeOf(new MongoNetworkError('connection 3 to 127.0.0.1:27017 closed'))).toBe('unavailable')
  expect(codeOf(new MongoServerError({ code: 112, errmsg: 'WriteConflict' }))).toBe('unavailable')
  expect(codeOf(new MongoServerError({ code: 14_031, errmsg: 'OutOfDiskSpace' }))).toBe('storage_full')
  expect(codeOf(new MongoServerError({ code: 9, errmsg: 'FailedToParse' }))).toBeUndefined()
})

test('what the driver wraps, as it does with the answer to a write across collections, is what the server said', () => {
  const wrapped = (code: number, errorLabels: string[] = []) => {
    const cause = new MongoServerError({ code, errmsg: 'as the server says', errorLabels })
    return Object.assign(new MongoClientBulkWriteError({ message: 'encountered an error during execution' }), { cause })
  }

  expect(isTransient(wrapped(112, ['TransientTransactionError']))).toBe(true)
  expect(codeOf(wrapped(14_031))).toBe('storage_full')
  expect(codeOf(wrapped(10_334))).toBeUndefined()
  expect(codeOf(wrapped(91))).toBe('unavailable')
})

test('a bug is told without what was to be written, which the driver’s own error carries', () => {
  const op = { _id: 'm', text: 'between us' }
  const error = Object.assign(new MongoServerError({ code: 17_280, errmsg: 'too large' }), { writeErrors: [{ op }] })

  expect(JSON.stringify(error)).toContain('between us')
  expect(translated(error)).not.toBeInstanceOf(MongoServerError)
  expect(Object.keys(asBug(error))).toEqual([])
  expect(asBug(error).cause).toBe(error)
})

test('errors that are neither stay what they are', () => {
  const bug = new TypeError('x is not a function')
  const invalid = Object.assign(new TypeError('The argument is wrong'), { code: 'ERR_INVALID_ARG_TYPE' })
  const refusal = new ChatError('not_found')

  for (const error of [bug, invalid, refusal]) expect(translated(error)).toBe(error)
  expect([codeOf(bug), codeOf(invalid), codeOf(refusal)]).toEqual([undefined, undefined, 'not_found'])
})
