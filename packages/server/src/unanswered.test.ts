/** What was carried out is answered as such, whatever was sent behind it on the same connection. */

import { expect, test } from 'vitest'
import { speakHttp } from './testing/speak-http.ts'
import { startServer } from './testing/start-server.ts'

async function aRoom() {
  const { addRoom, addUser, logged, url } = await startServer()
  const alice = await addUser('alice')
  await addRoom('general', { owner: alice })
  const head = [
    'POST /api/rooms/general/messages HTTP/1.1',
    'Host: localhost',
    `Authorization: Bearer ${alice.token}`,
    'Content-Type: text/plain',
  ].join('\r\n')
  const texts = async (): Promise<string[]> => {
    const { body } = await alice.get('/api/rooms/general/messages')
    return body?.messages.map(({ text }: { text: string }) => text)
  }
  return { head, logged, texts, url }
}

test('a message that is stored is answered before what follows its announced length is refused', async () => {
  const { head, texts, url } = await aRoom()

  const answer = await speakHttp(url, `${head}\r\nContent-Length: 5\r\n\r\nhello and more\r\n\r\n`)

  expect(answer.head).toMatch(/^HTTP\/1.1 201 /)
  expect(answer.body).toContain('HTTP/1.1 400 ')
  expect(answer.body).toContain('"code":"malformed"')
  expect(await texts()).toEqual(['hello'])
})

test('all that were sent in one go are answered in their order before the refusal', async () => {
  const { head, texts, url } = await aRoom()
  const post = (text: string) => `${head}\r\nContent-Length: 3\r\n\r\n${text}`

  const { head: first, body } = await speakHttp(url, `${post('one')}${post('two')}nonsense\r\n\r\n`)

  expect([first, body].join('').match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 201', 'HTTP/1.1 201', 'HTTP/1.1 400'])
  // They are carried out at the same time, so which of them is stored first is not said.
  expect((await texts()).toSorted()).toEqual(['one', 'two'])
})

test('a body whose chunks lie is refused at once, and is no failure of the server', async () => {
  const { head, logged, texts, url } = await aRoom()

  const answer = await speakHttp(url, `${head}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n`)

  expect(answer.head).toMatch(/^HTTP\/1.1 400 /)
  expect(await texts()).toEqual([])
  expect(logged).toEqual([])
})
