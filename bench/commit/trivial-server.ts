/** A server that answers every post at once and does nothing: what the load generator can do at most. */

import { createServer, type AddressInfo } from 'node:net'

const body = '{}'.padEnd(900)
const answer = Buffer.from(
  `HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
)

// The generator never pipelines: the end of the JSON is the end of a request.
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (bytes: Buffer) => bytes.at(-1) === 0x7d && socket.write(answer))
  socket.on('error', () => undefined)
})
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.once('disconnect', () => process.exit(0))
