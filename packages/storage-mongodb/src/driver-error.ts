/** The border to the driver: what it throws becomes a code of the protocol, its message goes no further than the log. */

import { ChatError, type ErrorCode } from '@suda/protocol'
import { MongoClientBulkWriteError, MongoError, MongoInvalidArgumentError, MongoServerError } from 'mongodb'

const DUPLICATE_KEY = 11_000
/** OutOfDiskSpace, and what a quota of a hosted database answers. */
const FULL = [14_031, 12_501]
/** BadValue, FailedToParse, TypeMismatch, InvalidNamespace, CommandNotFound, BSONObjectTooLarge and its kin: what we got wrong. */
const OUR_MISTAKES = [2, 9, 14, 40, 52, 59, 66, 73, 10_334, 17_280, 40_415]

/** @returns undefined for what is a bug of ours */
export function codeOf(given: unknown): ErrorCode | undefined {
  const error = answered(given)
  if (error instanceof ChatError) return error.code
  if (isDuplicate(error)) return duplicateOf(error)
  if (isOfSocket(error)) return 'unavailable'
  if (!(error instanceof MongoError) || error instanceof MongoInvalidArgumentError) return undefined
  const number = error instanceof MongoServerError ? Number(error.code) : 0
  if (FULL.includes(number)) return 'storage_full'
  return OUR_MISTAKES.includes(number) ? undefined : 'unavailable'
}

/** Two transactions were in each other's way, or a primary stepped down: nothing of it was stored. */
export function isTransient(given: unknown): boolean {
  const error = answered(given)
  return error instanceof MongoError && error.hasErrorLabel('TransientTransactionError')
}

/** The commit may have been stored or not. */
export function isUnknown(error: unknown): boolean {
  return isOfSocket(error) || (error instanceof MongoError && error.hasErrorLabel('UnknownTransactionCommitResult'))
}

export function isDuplicate(error: unknown): error is MongoError {
  if (error instanceof MongoClientBulkWriteError) return duplicateIn(error) !== undefined
  return error instanceof MongoError && error.code === DUPLICATE_KEY
}

/** For reads: the same as the port's errors, with the driver's as the cause. */
export function translated(error: unknown): unknown {
  if (!(error instanceof MongoError) && !isOfSocket(error)) return error
  const code = codeOf(error)
  return code === undefined ? asBug(error) : new ChatError(code, undefined, { cause: error })
}

/** What is to be logged as a bug of ours. The driver's own errors carry what was to be written, texts and hashes too. */
export function asBug(error: unknown): Error {
  if (error instanceof MongoError) return new Error('the database refused what it was asked', { cause: error })
  return error instanceof Error ? error : new Error(String(error))
}

/** The storage cannot be reached: the driver's words are for the log alone. */
export function unavailable(cause: unknown): ChatError {
  return new ChatError('unavailable', undefined, { cause })
}

/**
 * Where a connection ends just when the driver writes to it, it throws what Node says of the socket (EPIPE, ECONNRESET) as
 * it is, without labels; and tries nothing again.
 */
function isOfSocket(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof MongoError || !('code' in error)) return false
  return /^(E[A-Z]+|ERR_(STREAM|SOCKET)_\w+)$/.test(String(error.code))
}

/** What a server answers to a write across collections the driver puts into an error of its own, without code and labels. */
function answered(error: unknown): unknown {
  return error instanceof MongoClientBulkWriteError && error.cause instanceof MongoError ? error.cause : error
}

// Names that people choose are `taken`; a second document under the same id stands for something else.
function duplicateOf(error: MongoError): ErrorCode {
  const { message } = (error instanceof MongoClientBulkWriteError && duplicateIn(error)) || error
  return /\.(users index: (username|email|externalId)|rooms index: slug)_1\b/.test(message) ? 'taken' : 'conflict'
}

function duplicateIn({ writeErrors }: MongoClientBulkWriteError): { readonly message: string } | undefined {
  return [...writeErrors.values()].find(({ code }) => code === DUPLICATE_KEY)
}
