/** The MongoDB of a whole run of the tests: started before the first one that needs it, ended after the last. */

import type { TestProject } from 'vitest/node'
import { someMongo } from './some-mongo.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the run's server, or why there is none. */
    readonly mongo: { readonly url: string } | { readonly missing: string }
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  try {
    const server = await someMongo()
    console.log(`MongoDB: ${server.name}`)
    project.provide('mongo', { url: server.url })
    return () => server.close()
  } catch (error) {
    // The tests that need it are skipped, which is a failure in CI.
    const why = error instanceof Error ? error.message : String(error)
    console.log(`MongoDB: none (${why})`)
    project.provide('mongo', { missing: why })
    return undefined
  }
}
