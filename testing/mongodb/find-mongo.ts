/** Which MongoDB this machine can start: a mongod if there is one, else SecantusDB. */

import { installSecantus, SECANTUS_VERSION, secantusArguments } from './secantus.ts'
import { runProgram } from './run-program.ts'

export interface MongoProgram {
  /** With its version, for people. */
  readonly name: string
  readonly command: string
  readonly args: (place: MongoPlace) => string[]
  readonly replicaSet: string
  /** Whether somebody must tell it once that it is a replica set. */
  readonly isInitiatedByHand: boolean
}

export interface MongoPlace {
  readonly port: number
  readonly dataFolder: string
  /** Whether what was acknowledged must be there after a kill. */
  readonly isDurable: boolean
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
    name: `mongod ${/\bv(\d\S*)/.exec(version)?.[1] ?? ''}`,
    command: 'mongod',
    args: ({ port, dataFolder }) =>
      [
        ['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', dataFolder, '--quiet'],
        ['--replSet', replicaSet, '--setParameter', 'enableTestCommands=1'],
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
      args: ({ port, dataFolder, isDurable }) => secantusArguments(port, isDurable ? dataFolder : ':memory:'),
      replicaSet: 'secantus',
      isInitiatedByHand: false,
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new NoMongoError(`no mongod, and SecantusDB cannot be installed: ${why}`, { cause: error })
  }
}
