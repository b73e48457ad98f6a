/** People who sign in, one after the other, until they are told to stop. */

export interface SignIns {
  /** @returns how many a second went through */
  stop(): Promise<number>
}

interface Who {
  readonly url: string
  readonly username: string
  readonly password: string
}

export function signInAllTheTime({ url, ...body }: Who, clients: number): SignIns {
  const startedAt = performance.now()
  const over = new AbortController()
  let count = 0
  const client = async () => {
    while (!over.signal.aborted) {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const { ok, status } = await fetch(`${url}/api/sign-in`, init)
      if (!ok) throw new Error(`A sign-in was answered with ${status}`)
      if (!over.signal.aborted) count += 1
    }
  }
  const all = Promise.all(Array.from({ length: clients }, client))
  return {
    async stop() {
      const seconds = (performance.now() - startedAt) / 1_000
      over.abort()
      await all
      return count / seconds
    },
  }
}
