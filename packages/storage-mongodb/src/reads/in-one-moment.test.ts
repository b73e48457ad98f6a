import { MongoClient } from 'mongodb'
import { expect, onTestFinished, test } from 'vitest'
import { Collections } from '../collections.ts'
import { failure } from '../testing/wire-server/answers.ts'
import { startWireServer } from '../testing/wire-server/wire-server.ts'
import { inOneMoment } from './in-one-moment.ts'

test('what is read in one moment is one transaction of a snapshot, and known to a majority at its end', async () => {
  const { db, server } = await aDatabase()

  expect(await inOneMoment(db, bothRooms)).toEqual([undefined, undefined])

  const [first, second] = await server.arrived('find', 2)
  expect(first?.body).toMatchObject({ startTransaction: true, readConcern: { level: 'snapshot' } })
  expect(second?.body['txnNumber']).toEqual(first?.body['txnNumber'])
  const [end] = await server.arrived('commitTransaction', 1)
  expect(end?.body).toMatchObject({ writeConcern: { w: 'majority' } })
})

test('a moment that is lost is looked for again, also where only its end is in doubt', async () => {
  const { db, server } = await aDatabase()
  server.answerNext('find', () => failure({ code: 246, errorLabels: ['TransientTransactionError'] }))
  const inDoubt = failure({ code: 64, errorLabels: ['UnknownTransactionCommitResult'] })
  server.answerNext('commitTransaction', () => inDoubt)

  await inOneMoment(db, bothRooms)

  expect(await server.arrived('find', 5)).toHaveLength(5)
  expect(await server.arrived('commitTransaction', 2)).toHaveLength(2)
})

test('after some tries it is given up, and every session is given back', async () => {
  const { client, db, server } = await aDatabase()
  server.answer('find', () => failure({ code: 246, errorLabels: ['TransientTransactionError'] }))
  server.answerNext('find', () => failure({ code: 13 }))

  await expect(inOneMoment(db, bothRooms)).rejects.toMatchObject({ code: 13 })
  expect(await server.arrived('find', 1)).toHaveLength(1)
  await expect(inOneMoment(db, bothRooms)).rejects.toMatchObject({ code: 246 })
  expect(await server.arrived('find', 6)).toHaveLength(6)

  await client.close()
  const [goodbye] = await server.arrived('endSessions', 1)
  expect(goodbye?.body['endSessions']).toHaveLength(1)
})

const bothRooms = async (moment: Collections) => [await moment.get('rooms', 'a'), await moment.get('rooms', 'b')]

async function aDatabase() {
  const server = await startWireServer()
  onTestFinished(() => server.down())
  const client = new MongoClient(server.url)
  onTestFinished(() => client.close())
  return { server, client, db: new Collections({ client, db: client.db('suda'), writesAcross: false }) }
}
