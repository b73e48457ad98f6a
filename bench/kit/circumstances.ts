/** Under what a figure was measured: without it, it is none. */

import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { fileURLToPath } from 'node:url'

function circumstances() {
  return {
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short=12', 'HEAD'),
    hasLocalChanges: git('status', '--porcelain', '--untracked-files=no') !== '',
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    node: process.version,
    sqlite: process.versions.sqlite,
    // Of the last minute, the measurement's own included: above the number of cores others were at work.
    loadAverage: loadavg()[0],
    network: 'loopback; load generator on the same cores',
  }
}

/** Keeps every round, not only the summary, in `bench/results/NAME.json`. */
export function saveResult(name: string, result: object): void {
  const folder = fileURLToPath(new URL('../results/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify({ ...circumstances(), ...result }, null, 2)}\n`)
}

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

function git(...args: string[]): string {
  return execFileSync('git', args, { encoding: 'utf8' }).trim()
}
