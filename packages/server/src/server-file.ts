/** `server.json` in the data folder tells other programs of this machine where the folder's server answers. */

import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'

const serverFile = z.object({ url: z.url({ protocol: /^http$/ }), pid: z.int().positive() })

export type ServerFile = z.output<typeof serverFile>

/** Replaces the file of an earlier server in one step. */
export function writeServerFile(dataDir: string, content: ServerFile): void {
  const draft = `${pathIn(dataDir)}.new`
  rmSync(draft, { force: true })
  writeFileSync(draft, `${JSON.stringify(content)}\n`, { mode: 0o600 })
  renameSync(draft, pathIn(dataDir))
}

/** @returns undefined if no server has written one, or not a readable one */
export function readServerFile(dataDir: string): ServerFile | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(pathIn(dataDir), 'utf8'))
    return serverFile.safeParse(content).data
  } catch {
    return undefined
  }
}

/** Whether the folder's file names a process that runs. */
export function isServerAlive(dataDir: string): boolean {
  const server = readServerFile(dataDir)
  if (server === undefined) return false
  try {
    return process.kill(server.pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM' // it runs as somebody else
  }
}

export function removeServerFile(dataDir: string): void {
  rmSync(pathIn(dataDir), { force: true })
}

function pathIn(dataDir: string): string {
  return join(dataDir, 'server.json')
}
