/** What a command is answered when the test says nothing of it: as an empty server would. */

import { Long } from 'mongodb'
import { failure, ok, type Answer, type Command } from './answers.ts'

const plainAnswers: Readonly<Record<string, (command: Command) => Answer>> = {
  ping: () => ok(),
  buildInfo: () => ok({ version: '8.0.0', versionArray: [8, 0, 0, 0], modules: [] }),
  endSessions: () => ok(),
  killCursors: ({ body }) =>
    ok({ cursorsKilled: [], cursorsNotFound: body['cursors'], cursorsAlive: [], cursorsUnknown: [] }),
  find: emptyCursor,
  aggregate: emptyCursor,
  listCollections: emptyCursor,
  listIndexes: emptyCursor,
  create: () => ok(),
  createIndexes: () => ok(),
  insert: ({ body }) => ok({ n: lengthOf(body['documents']) }),
  update: ({ body }) => ok({ n: lengthOf(body['updates']), nModified: lengthOf(body['updates']) }),
  delete: ({ body }) => ok({ n: lengthOf(body['deletes']) }),
  findAndModify: () => ok({ value: null, lastErrorObject: { n: 0, updatedExisting: false } }),
  commitTransaction: () => ok(),
  abortTransaction: () => ok(),
  getMore: ({ body }) => failure({ code: 43, message: `cursor id ${String(body['getMore'])} not found` }),
}

export const plainAnswer = (command: Command) => plainAnswers[command.name]?.(command) ?? unknownCommand(command)

const unknownCommand = ({ name }: Command) => failure({ code: 59, message: `no such command: '${name}'` })

function emptyCursor({ db, name, body }: Command) {
  return ok({ cursor: { id: Long.ZERO, ns: `${db}.${String(body[name])}`, firstBatch: [] } })
}

const lengthOf = (list: unknown) => (Array.isArray(list) ? list.length : 0)
