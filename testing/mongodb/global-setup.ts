/** The MongoDB of a whole run of the tests: started before the first one that needs it, ended after the last. */

import { MongoClient } from 'mongodb'
import type { TestProject } from 'vitest/node'
import { startMongo } from './mongo-server.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the run's server, or why there is none. */
    readonly mongo: { readonly url: string } | { readonly missing: string }
  }
}

/** @throws Error in CI if there is none */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { MONGODB_URL: url, CI } = process.env
  try {
    const server = url === undefined || url === '' ? await startMongo() : await theirServer(url)
    console.log(`MongoDB: ${server.name}`)
    project.provide('mongo', { url: server.url })
    return () => server.close()
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    if (CI === 'true') throw new Error(`CI needs a MongoDB: ${why}`, { cause: error })
    console.log(`MongoDB: none (${why})`)
    project.provide('mongo', { missing: why })
    return undefined
  }
}

/** Never names the address, which may hold a password. */
async function theirServer(url: string) {
  await using client = new MongoClient(url)
  const { version } = await client.db('admin').command({ buildInfo: 1 })
  return { name: `${version} at MONGODB_URL`, url, close: () => Promise.resolve() }
}
