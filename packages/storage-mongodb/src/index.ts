/** Suda's storage on a MongoDB replica set. */

export { LIMITS as MONGO_LIMITS, type MongoLimits } from './limits.ts'
export type { MongoStorage } from './mongo-storage.ts'
export { MongoOpenError, type MongoOpenErrorKind } from './open-error.ts'
export { openMongo, type MongoOptions } from './open-mongo.ts'
export type { ForeignRow, Outcome, PostRows } from './foreign/foreign-row.ts'
export type { SourceOptions } from './sources/source-options.ts'
export type { Progress } from './sources/look-through.ts'
