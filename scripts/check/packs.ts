/** The packages as strangers get them: packed, installed into an empty folder, and started there. */

import { spawn } from 'node:child_process'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { complaintOf, runCommand } from './command.ts'
import { readManifest, workspaces } from './workspaces.ts'
import type { Check } from './check.ts'

const startTimeoutMs = 20_000

export const checkPacks: Check = async (root) => {
  const folders = workspaces(root)
  const folder = await mkdtemp(join(tmpdir(), 'suda-pack-'))
  try {
    const complaints = [...(await buildAnew(root, folders)), ...(await lintPackages(root, folders))]
    return complaints.length > 0 ? complaints : await installAndStart(root, folders, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Without what earlier builds left: a file deleted from the sources must not be packed. */
async function buildAnew(root: string, folders: string[]): Promise<string[]> {
  for (const folder of folders) await rm(join(root, folder, 'dist'), { recursive: true, force: true })
  return complaintOf(['tsc', '-b', ...folders], root)
}

async function lintPackages(root: string, folders: string[]): Promise<string[]> {
  const answers = folders.map(async (folder) => {
    const complaints = await complaintOf(['publint', '--strict', folder], root)
    return complaints.map((output) => `${folder}: ${output}`)
  })
  return (await Promise.all(answers)).flat()
}

async function installAndStart(root: string, folders: string[], folder: string): Promise<string[]> {
  const packed = await runCommand(
    ['npm', 'pack', '--silent', '--pack-destination', folder, ...folders.map(below)],
    root,
  )
  if (packed.code !== 0) return [`npm pack: ${packed.output}`]
  const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz'))
  if (tarballs.length !== folders.length) return [`${folders.length} packages, but ${tarballs.length} were packed`]

  // Each is named to npm, so that it looks for none of ours anywhere else.
  const dependencies = Object.fromEntries(folders.map((name) => [readManifest(root, name).name, tarballOf(root, name)]))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module', dependencies }))
  const install = ['npm', 'install', '--silent', '--no-audit', '--no-fund', '--omit=dev', '--prefer-offline']
  const installed = await runCommand(install, folder)
  if (installed.code !== 0) return [`npm install of the tarballs: ${installed.output}`]
  return start(folder)
}

const below = (folder: string) => `./${folder}`

function tarballOf(root: string, folder: string): string {
  const { name, version } = readManifest(root, folder)
  return `file:./${name.replace('@', '').replace('/', '-')}-${version}.tgz`
}

/** Content when the ready line comes and SIGTERM ends the server with 0. */
function start(folder: string): Promise<string[]> {
  return new Promise((resolve) => {
    // By the link that npm makes, under the Node of this process; its shebang says the same to everybody else.
    const suda = join(folder, 'node_modules/.bin/suda')
    const child = spawn(process.execPath, [suda, 'start', '--port', '0'], { cwd: folder })
    let output = ''
    let isReady = false
    const keep = (text: string) => {
      output += text
      if (isReady || !/^Suda is ready at http:/m.test(output)) return
      isReady = true
      child.kill('SIGTERM')
    }
    child.stdout.setEncoding('utf8').on('data', keep)
    child.stderr.setEncoding('utf8').on('data', keep)
    const timer = setTimeout(() => child.kill('SIGKILL'), startTimeoutMs)
    child.on('close', (code) => {
      clearTimeout(timer)
      if (!isReady) resolve([`the installed suda did not get ready: ${output || `it ended with ${code}`}`])
      else resolve(code === 0 ? [] : [`the installed suda ended with ${code} after SIGTERM: ${output}`])
    })
  })
}
