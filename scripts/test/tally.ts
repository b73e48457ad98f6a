/** Counts what a run of the tests did, and says whether that is a success. */

import type { TestCase, TestModule, TestSuite } from 'vitest/node'

export interface Tally {
  passed: number
  failed: number
  readonly skipped: { readonly title: string; readonly reason: string }[]
  /** Of a long run the last lines are what is seen of it. */
  readonly failures: Failure[]
  /** What failed, and passed when it ran again. */
  readonly flaky: Failure[]
}

interface Failure {
  readonly title: string
  /** The first line of the first error. */
  readonly error: string
}

/** The reason of a skip that CI must not have: it installs everything that tests can miss. */
const missingComponent = 'missing:'
const noReason = 'no reason given'
const afterFailure = 'what it needs failed before it'

/** @param isFiltered whether a name pattern was given: what it leaves out is not a skip */
export function tally(modules: readonly TestModule[], { isFiltered = false } = {}): Tally {
  const counts: Tally = { passed: 0, failed: 0, skipped: [], failures: [], flaky: [] }
  for (const module of modules) {
    // A file or a hook that throws fails without any test failing.
    counts.failed += module.errors().length
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length
    for (const test of module.children.allTests()) count(test, counts, isFiltered)
  }
  return counts
}

/** What is wrong with the run, empty if nothing is. */
export function verdict(counts: Tally, { isCi }: { isCi: boolean }): string[] {
  const complaints: string[] = []
  if (counts.failed > 0) complaints.push(`${counts.failed} of the tests failed`)
  if (counts.passed + counts.failed === 0) complaints.push('no test was executed')
  for (const { title, reason } of counts.skipped) {
    if (reason === noReason) complaints.push(`${title} is skipped without a reason; use context.skip('reason')`)
  }
  return isCi ? [...complaints, ...missing(counts)] : complaints
}

/** One line for each component, however many tests need it. */
function missing({ skipped }: Tally): string[] {
  const reasons = skipped.map(({ reason }) => reason).filter((reason) => reason.startsWith(missingComponent))
  const byReason = Map.groupBy(reasons, (reason) => reason)
  return [...byReason].map(([reason, { length }]) => `${length} skipped that CI must not skip: ${reason}`)
}

export function countsLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped.length} skipped`
}

function count(test: TestCase, counts: Tally, isFiltered: boolean): void {
  const result = test.result()
  if (result.state === 'passed') counts.passed += 1
  // A test still pending after the run was never finished, e.g. because its process died.
  if (result.state === 'failed' || result.state === 'pending') counts.failed += 1
  if (result.state === 'failed') counts.failures.push({ title: titleOf(test), error: firstError(test) })
  if (test.diagnostic()?.flaky === true) counts.flaky.push({ title: titleOf(test), error: firstError(test) })
  if (result.state !== 'skipped' || (isFiltered && result.note === undefined)) return
  const reason = result.note ?? (isBelowFailure(test) ? afterFailure : noReason)
  counts.skipped.push({ title: titleOf(test), reason })
}

function titleOf({ module, fullName, project }: TestCase): string {
  const run = project.name === '' ? '' : `${project.name}: `
  return `${run}${module.relativeModuleId} > ${fullName}`
}

function firstError(test: TestCase): string {
  return test.result().errors?.[0]?.message.split('\n')[0] ?? 'no error was told'
}

/** Whether a hook around it failed, which is counted by itself. */
function isBelowFailure({ parent }: TestCase | TestSuite): boolean {
  return parent.errors().length > 0 || (parent.type === 'suite' && isBelowFailure(parent))
}
