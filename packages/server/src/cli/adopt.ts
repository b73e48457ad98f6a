/** `suda adopt`: takes over what stands in a source, before a first start or beside running servers. */

import type { AdoptionProgress } from '../serving.ts'
import type { Settings } from '../settings.ts'
import type { Command } from './command.ts'
import { CommandError, EXIT, oneLine, UsageError } from './exit-code.ts'
import { readSettings, settingFlags } from './setting-flags.ts'

const TELL_MS = 2_000

export const adopt: Command = {
  description: 'Take over what stands in a source, and try again what was refused of it.',
  args: {
    name: { type: 'positional', description: 'One of the sources in suda.config.json' },
    ...settingFlags(['data', 'databaseUrl']),
  },
  async run(given) {
    const settings = readSettings(given)
    const [name = ''] = given.positionals
    assertThere(name, settings)
    const stopping = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
    const { progress, reasons } = await adoptWith(name, settings, stopping.signal)
    process.stdout.write(`${name}: ${inWords(progress)}.\n`)
    for (const [reason, count] of reasons) process.stdout.write(`  ${count} × ${oneLine(reason)}\n`)
    if (stopping.signal.aborted) throw new CommandError('stopped before the end; the same command goes on from here')
    return EXIT.done
  },
}

/** @throws UsageError */
function assertThere(name: string, { databaseUrl, sources = [] }: Settings): void {
  if (databaseUrl === undefined)
    throw new UsageError('sources stand in a MongoDB: give its address with --database-url or SUDA_DATABASE_URL')
  const names = sources.map((source) => source.name)
  if (names.includes(name)) return
  const known = names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`
  throw new UsageError(`there is no source “${name}” in suda.config.json; ${known}`)
}

async function adoptWith(name: string, settings: Settings, signal: AbortSignal) {
  const { adoptSource } = await import('../main.ts')
  const reasons = new Map<string, number>()
  let told = performance.now()
  const progress = await adoptSource(settings, name, {
    signal,
    onRefused: (reason) => void reasons.set(reason, (reasons.get(reason) ?? 0) + 1),
    onTrouble: (reason) => tell(`waits: ${reason}`),
    onProgress: (now) => {
      if (performance.now() - told < TELL_MS) return
      told = performance.now()
      tell(inWords(now))
    },
  })
  return { progress, reasons }
}

function inWords({ looked, posted, refused }: AdoptionProgress): string {
  return `${looked} documents looked at, ${posted} posted, ${refused} refused`
}

function tell(line: string): void {
  process.stderr.write(`${oneLine(line)}\n`)
}
