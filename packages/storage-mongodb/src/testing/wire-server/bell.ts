/** Lets many wait for the next time that something happens. */

export interface Bell {
  ring(): void
  /** Resolves when it rings, when so much time has passed, or when the signal says that nobody waits any more. */
  rung(patience?: { readonly withinMs?: number; readonly signal?: AbortSignal }): Promise<void>
}

export function newBell(): Bell {
  const waiting = new Set<() => void>()
  return {
    ring() {
      for (const wake of waiting) wake()
    },
    rung({ withinMs, signal } = {}) {
      return new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake)
          clearTimeout(timer)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        const timer = withinMs === undefined ? undefined : setTimeout(wake, withinMs)
        waiting.add(wake)
        signal?.addEventListener('abort', wake)
        if (signal?.aborted === true) wake()
      })
    },
  }
}
