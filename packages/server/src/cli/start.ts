/** `suda start`: serves until a signal comes, and loses nothing when it stops. */

import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'
import { shareCompileCache } from '../config.ts'
import { createLog, type Log } from '../log.ts'
import type { Suda } from '../main.ts'
import type { Settings } from '../settings.ts'
import type { Command } from './command.ts'
import { EXIT, type ExitCode } from './exit-code.ts'
import { readSettings, settingFlags } from './setting-flags.ts'
import { untilEnd, type End } from './until-end.ts'

/** A closing that takes longer than this is cut short; nothing acknowledged can be lost by that. */
const LONGEST_CLOSE_MS = 1_800

export const start: Command = {
  description: 'Start the server; what suda does without a command.',
  args: settingFlags(),
  async run(given) {
    const settings = readSettings(given)
    const { end, hurry } = untilEnd()
    shareCompileCache()
    const log = await createLog(settings.log)
    const suda = await open(settings, log, end)
    log.open()
    if (!settings.rateLimits)
      log.logger.warn('RATE LIMITS ARE OFF: anybody can overload this server. This is for load tests only.')
    announce(suda)
    settle()
    return stop({ suda, end: await end, hurry, log })
  },
}

async function open(settings: Settings, log: Log, end: Promise<End>): Promise<Suda> {
  try {
    const { createSuda } = await import('../main.ts')
    return await Promise.race([createSuda({ ...settings, logger: log.logger }), end.then(refuseOnBug)])
  } catch (error) {
    // Otherwise the one line for the operator is all.
    if (log.logger.isLevelEnabled('debug')) log.open()
    log.logger.debug({ err: error }, 'The start was refused')
    throw error
  }
}

/** A signal during the start is obeyed as soon as there is something to stop. */
function refuseOnBug(end: End): Promise<never> {
  return new Promise((_, reject) => end.kind === 'bug' && reject(end.error))
}

function announce({ setUpUrl, url }: Suda): void {
  process.stdout.write(`Suda is ready at ${url}\n`)
  if (setUpUrl !== undefined) process.stdout.write(`Set up: ${setUpUrl}\n`)
}

/** From loading to serving. */
function settle(): void {
  setFlagsFromString('--semi-space-growth-factor=2')
  // Not only at the end, which a kill would skip.
  flushCompileCache()
}

interface Stop {
  readonly suda: Suda
  readonly end: End
  readonly hurry: AbortSignal
  readonly log: Log
}

async function stop({ end, hurry, log: { logger }, suda }: Stop): Promise<ExitCode> {
  const code = end.kind === 'signal' ? EXIT.done : EXIT.bug
  if (end.kind === 'bug') logger.fatal({ err: end.error }, 'An error that nobody caught; stopping')
  else logger.info(`Stopping on ${end.signal}`)
  hurry.addEventListener('abort', () => logger.warn({ err: hurry.reason }, 'Stopping at once'))
  if (end.kind === 'signal') await suda.drain(hurry)
  setTimeout(() => process.exit(code), LONGEST_CLOSE_MS).unref()
  await suda.close()
  return code
}
