/** Brings node_modules to what package-lock.json says, and only when it is not there already. */

import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { nodeBinary } from './node24.mjs'

/** @typedef {{ version?: string, integrity?: string, optional?: true, devOptional?: true, peer?: true }} Entry */

const root = fileURLToPath(new URL('../../', import.meta.url))

/** @throws Error with one line for the user when npm fails */
export function installWhatIsMissing() {
  const missing = firstMissing(root)
  if (missing === undefined) return
  process.stderr.write(`Installing the packages of package-lock.json (${missing}); this takes a minute at most.\n`)
  npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  const still = firstMissing(root)
  if (still !== undefined) throw new Error(`npm ci succeeded, but ${still}: please delete node_modules and try again.`)
}

/**
 * What keeps the installation from being that of the lock file, or undefined. npm writes its own lock file below
 * node_modules as the last thing it does, so an interrupted or an outdated installation is found by comparing both.
 * @param {string} folder
 */
export function firstMissing(folder, modules = 'node_modules') {
  const installed = packagesOf(join(folder, modules, '.package-lock.json'))
  if (installed === undefined) return 'node_modules is missing or incomplete'
  for (const [path, wanted] of Object.entries(packagesOf(join(folder, 'package-lock.json')) ?? {})) {
    if (!path.startsWith('node_modules/') || isOptional(wanted)) continue
    if (!isSame(wanted, installed[path])) return `${path} is not the one of package-lock.json`
  }
  if (!existsSync(join(folder, modules, nodeBinary))) return `node_modules/${nodeBinary} is missing`
}

// The binaries of other platforms stand in the lock file and are never installed here.
/** @param {Entry} entry */
const isOptional = (entry) => entry.optional === true || entry.devOptional === true || entry.peer === true

/** @param {Entry} wanted @param {Entry | undefined} found */
const isSame = (wanted, found) => found?.version === wanted.version && found?.integrity === wanted.integrity

/** @param {string} file @returns {Record<string, Entry> | undefined} */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}

/** @param {string[]} args */
function npm(args) {
  // Below `npm run` both are known. Node must be npm's own: ours below node_modules is about to be replaced.
  const { npm_execpath: cli, npm_node_execpath: node = process.execPath } = process.env
  const [command = 'npm', ...first] = cli === undefined ? [] : [node, cli]
  // To stderr, for stdout belongs to the command that was asked for (`npm run -s suda -- token add … | …`).
  const { status, error } = spawnSync(command, [...first, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
  if (error !== undefined) throw new Error(`npm could not be started: ${error.message}`)
  if (status !== 0) throw new Error('npm ci failed; its message stands above.')
}
