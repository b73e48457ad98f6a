/** Which MongoDB this machine can start: a mongod if there is one, else SecantusDB. */

import { installSecantus, SECANTUS_VERSION, secantusArguments } from './secantus.ts'
import { runProgram } from './run-program.ts'

export interface MongoProgram {
  /** With its version, for people. */
  readonly name: string
  readonly command: string
  /** @param dataFolder absent: nothing needs to be kept */
  readonly args: (port: number, scratchFolder: string, dataFolder?: string) => string[]
  readonly replicaSet: string
  /** Whether somebody must tell it once that it is a replica set. */
  readonly isInitiatedByHand: boolean
}

/** Says why this machine can start none. */
export class NoMongoError extends Error {}

/** @throws NoMongoError */
export async function findMongo(): Promise<MongoProgram> {
  return (await findMongod()) ?? (await findSecantus())
}

async function findMongod(): Promise<MongoProgram | undefined> {
  const version = await runProgram('mongod', ['--version']).catch(() => undefined)
  if (version === undefined) return undefined
  const replicaSet = 'suda-test'
  return {
    name: `mongod ${/v(\S+)/.exec(version)?.[1] ?? ''}`,
    command: 'mongod',
    args: (port, scratchFolder, dataFolder = scratchFolder) =>
      [
        ['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', dataFolder],
        ['--replSet', replicaSet, '--setParameter', 'enableTestCommands=1', '--quiet'],
      ].flat(),
    replicaSet,
    isInitiatedByHand: true,
  }
}

async function findSecantus(): Promise<MongoProgram> {
  try {
    return {
      name: `SecantusDB ${SECANTUS_VERSION}`,
      command: await installSecantus(),
      args: (port, _, dataFolder) => secantusArguments(port, dataFolder),
      replicaSet: 'secantus',
      isInitiatedByHand: false,
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new NoMongoError(`no mongod, and SecantusDB cannot be installed: ${why}`, { cause: error })
  }
}
