/** Waits for what ends a server: a signal, or an error that nobody caught. */

export type End =
  { readonly kind: 'signal'; readonly signal: NodeJS.Signals } | { readonly kind: 'bug'; readonly error: unknown }

export interface Ending {
  readonly end: Promise<End>
  /** Aborted when whoever asked for the end does so again, or with an error that nobody caught. */
  readonly hurry: AbortSignal
}

/** npm and terminals send one signal several times. */
const ONE_SIGNAL_MS = 1_000

/** Listens from now on. */
export function untilEnd(): Ending {
  // Whoever reads our output may leave; that is no reason to stop.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  const hurry = new AbortController()
  let endsAt: number | undefined
  const end = new Promise<End>((resolve) => {
    const take = (given: End): void => {
      endsAt ??= performance.now()
      if (given.kind === 'bug' || performance.now() - endsAt > ONE_SIGNAL_MS)
        hurry.abort(given.kind === 'bug' ? given.error : given.signal)
      resolve(given)
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => take({ kind: 'signal', signal }))
    // Rejections that nobody handles arrive here as well.
    process.on('uncaughtException', (error) => take({ kind: 'bug', error }))
  })
  return { end, hurry: hurry.signal }
}
