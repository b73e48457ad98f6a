/** HTTP by hand, for what no client would send. */

import { connect } from 'node:net'

/** Sends the text as it stands and reads until the server ends the connection. */
export async function speakHttp(
  url: string,
  request: string,
): Promise<{ readonly head: string; readonly body: string }> {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port) })
  socket.on('error', () => {})
  socket.write(request)
  let answer = ''
  for await (const part of socket.setEncoding('utf8')) answer += String(part)
  const [head = '', ...body] = answer.split('\r\n\r\n')
  return { head, body: body.join('\r\n\r\n') }
}
