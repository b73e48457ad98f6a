/** Whether the server can do what is needed, before anything is written to it. */

import type { Db } from 'mongodb'
import { MongoOpenError } from './open-error.ts'

/** Transactions, and change streams that outlive a collection. */
const OLDEST = '4.4'

/** The first version of each series in which CVE-2025-14847 (memory read by anybody who reaches the port) is mended. */
const MENDED = ['4.4.30', '5.0.32', '6.0.27', '7.0.28', '8.0.17', '8.2.3']

/** With MongoDB 8.0 one command can write to several collections. */
const WRITES_ACROSS = 25

export interface ServerFacts {
  readonly writesAcross: boolean
  /** Lines that an operator should see. */
  readonly warnings: readonly string[]
}

/** @throws MongoOpenError */
export async function checkServer(db: Db): Promise<ServerFacts> {
  const hello = await db.admin().command({ hello: 1 })
  const isSharded = hello['msg'] === 'isdbgrid'
  if (hello['setName'] === undefined && !isSharded) throw standalone()
  const { version } = await db.admin().command({ buildInfo: 1 })
  if (compareVersions(String(version), OLDEST) < 0)
    throw new MongoOpenError('unusable', `MongoDB ${version} is too old, ${OLDEST} or newer is needed`)
  const warnings = isVulnerable(String(version)) ? [warningOf(String(version))] : []
  return { writesAcross: Number(hello['maxWireVersion']) >= WRITES_ACROSS, warnings }
}

function warningOf(version: string): string {
  return `MongoDB ${version} lets anybody who reaches its port read its memory (CVE-2025-14847): update it, or switch zlib off with --networkMessageCompressors=snappy,zstd`
}

function standalone(): MongoOpenError {
  return new MongoOpenError(
    'unusable',
    'this MongoDB is a standalone server, which has no change streams: start mongod with --replSet rs0 (or set replication.replSetName in mongod.conf), then run rs.initiate() once in mongosh; your data stays',
  )
}

function isVulnerable(version: string): boolean {
  const series = MENDED.find((mended) => sameSeries(mended, version))
  if (series !== undefined) return compareVersions(version, series) < 0
  return compareVersions(version, '8.2') < 0
}

function sameSeries(a: string, b: string): boolean {
  return a.split('.').slice(0, 2).join('.') === b.split('.').slice(0, 2).join('.')
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
