/** Waits for what ends a server: a signal, or an error that nobody caught. */

export type End =
  { readonly kind: 'signal'; readonly signal: NodeJS.Signals } | { readonly kind: 'bug'; readonly error: unknown }

/** Listens from now on. Further signals and errors change nothing: npm and terminals send some of them twice. */
export function untilEnd(): Promise<End> {
  // Whoever reads our output may leave; that is no reason to stop.
  process.stdout.on('error', () => {})
  process.stderr.on('error', () => {})
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve({ kind: 'signal', signal }))
    // Rejections that nobody handles arrive here as well.
    process.on('uncaughtException', (error) => resolve({ kind: 'bug', error }))
  })
}
