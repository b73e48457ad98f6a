/** `npm run faults stream-cost`: what a post costs the database while 0 to 1,000 streams are open that it does not concern. */

import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { startMongo } from '../../testing/mongodb/mongo-server.ts'
import { measureCost, type Cost } from './measure-cost.ts'

const { values } = parseArgs({
  options: { posts: { type: 'string', default: '300' }, streams: { type: 'string', default: '0,10,100,1000' } },
})

const mongo = await startMongo()
try {
  const streamCounts = values.streams.split(',').map(Number)
  const costs = await measureCost({ mongo, streamCounts, posts: Number(values.posts) })
  console.log(`${mongo.name}, load average ${loadavg()[0]?.toFixed(1)}`)
  console.table(costs.map(rowOf))
  console.log('A post asks:', costs[0]?.perPost)
} finally {
  await mongo.close()
}

function rowOf({ perPost, ...cost }: Cost): Record<string, number> {
  return {
    streams: cost.streams,
    'change streams': cost.changeStreams,
    'commands a post': Object.values(perPost).reduce((sum, count) => sum + count, 0),
    'answers of the change stream': cost.answers,
    seconds: Math.round(cost.seconds * 10) / 10,
    'database CPU a post, ms': Math.round(cost.databaseMsPerPost * 100) / 100,
    'server CPU a post, ms': Math.round(cost.serverMsPerPost * 100) / 100,
  }
}
