/**
 * Carries out an operator's command. A data folder has one owner: that is the running server, or this process where none
 * runs; who holds the folder's lock decides which, and a server that is just starting or stopping is waited for. A MongoDB
 * is opened in any case, and the servers learn of what was done by its feed.
 */

import { setTimeout as wait } from 'node:timers/promises'
import type { OperatorCommand } from '../operator/operator-command.ts'
import { readOrMakeSecret } from '../secret.ts'
import { readServerFile } from '../server-file.ts'
import type { Settings } from '../settings.ts'
import { StartError } from '../start-error.ts'
import { askServer } from './ask-server.ts'
import { CommandError } from './exit-code.ts'

const PATIENCE_MS = 10_000
const PAUSE_MS = 50

/** @throws CommandError, ChatError, or StartError `settings` */
export async function operate(settings: Settings, command: OperatorCommand): Promise<void> {
  if (settings.databaseUrl === undefined) return operateOnFolder(settings, command)
  await carryOutHere(settings, command)
}

async function operateOnFolder(settings: Settings, command: OperatorCommand): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline) {
    if (await carryOutHere(settings, command)) return
    if (await carryOutThere(settings, command)) return
    await wait(PAUSE_MS)
  }
  throw new CommandError(`another program uses the data folder ${settings.data}, and no server answers for it`)
}

/** @returns false if somebody else owns the data folder */
async function carryOutHere(settings: Settings, command: OperatorCommand): Promise<boolean> {
  const { withStorage } = await import('../main.ts')
  try {
    await withStorage(settings, command)
    return true
  } catch (error) {
    if (!(error instanceof StartError) || error.kind === 'settings') throw error
    if (error.kind === 'taken') return false
    throw new CommandError(error.message, { cause: error })
  }
}

/** @returns false if no server answers yet, or not any more */
async function carryOutThere(settings: Settings, command: OperatorCommand): Promise<boolean> {
  const server = readServerFile(settings.data)
  if (server === undefined) return false
  const secret = settings.secret ?? readOrMakeSecret(settings.data)
  return askServer(server.url, secret, command)
}
