import { expect, test } from 'vitest'
import { ChunkedBody } from './chunked-body.ts'

const answer = Buffer.from(
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n',
)

test('a body is the same wherever its bytes are parted', () => {
  for (let cut = 0; cut <= answer.length; cut += 1) {
    const body = new ChunkedBody()

    const text = [answer.subarray(0, cut), answer.subarray(cut)].map((part) => body.push(part).toString()).join('')

    expect({ cut, text, status: body.status, isComplete: body.isComplete }).toEqual({
      cut,
      text: 'hello world',
      status: 200,
      isComplete: true,
    })
  }
})

test('a body comes byte by byte, and is not complete before its last chunk', () => {
  const body = new ChunkedBody()

  const text = [...answer.subarray(0, -5)].map((byte) => body.push(Buffer.of(byte)).toString()).join('')

  expect([text, body.isComplete]).toEqual(['hello world', false])
})
