import { expect, onTestFinished, test } from 'vitest'
import { openMongo } from './open-mongo.ts'
import { failure } from './testing/wire-server/answers.ts'
import { startWireServer } from './testing/wire-server/wire-server.ts'

test.each([
  [{ code: 86, codeName: 'IndexKeySpecsConflict' }, 'it answers with an error (IndexKeySpecsConflict)'],
  [{ code: 13, codeName: 'Unauthorized' }, 'it does not let us in (user, password or rights)'],
  [{ code: 8_000, codeName: 'AtlasError' }, 'it does not let us in (user, password or rights)'],
])('a database that answers %o when it is opened is not said to be silent', async (error, why) => {
  const server = await startWireServer()
  onTestFinished(() => server.down())
  server.answer('createIndexes', () => failure(error))

  await expect(openMongo({ url: server.url })).rejects.toMatchObject({
    kind: 'unreachable',
    message: `the MongoDB cannot be used: ${why}`,
  })
})
