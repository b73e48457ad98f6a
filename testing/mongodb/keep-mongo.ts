/** A process for the tests of the guard: starts a MongoDB, says where it is, and goes on. */

import { startMongo } from './mongo-server.ts'

const { pid, url } = await startMongo()
console.log(JSON.stringify({ pid, url }))
setInterval(() => undefined, 1000)
