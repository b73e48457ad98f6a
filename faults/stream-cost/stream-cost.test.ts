import { expect, test } from 'vitest'
import { ownMongo } from '../../testing/mongodb/own-mongo.ts'
import { measureCost } from './measure-cost.ts'

test(
  'a process with 1,000 streams has one change stream, and asks of the database what it asks with none',
  { timeout: 180_000 },
  async (context) => {
    const mongo = await ownMongo(context)

    const costs = await measureCost({ mongo, streamCounts: [0, 10, 100, 1000], posts: 40 })

    console.log('stream-cost', costs)
    const [first] = costs
    expect(first?.perPost['commitTransaction']).toBe(1)
    for (const { answers, changeStreams, perPost, seconds } of costs) {
      expect(changeStreams).toBe(1)
      expect(perPost).toEqual(first?.perPost)
      // One for each change, one a second where there is none, and those that were under way.
      expect(answers).toBeLessThanOrEqual(40 + seconds + 10)
    }
  },
)
