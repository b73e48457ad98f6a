import { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import { isFromThisMachine, isLocalRequest } from './local-request.ts'

describe('isLocalRequest', () => {
  test.each([
    ['127.0.0.1', 'localhost:3000'],
    ['::ffff:127.0.0.1', '127.0.0.1:3000'],
    ['::1', '[::1]:3000'],
    ['127.0.0.1', 'LOCALHOST'],
    ['127.0.0.1', '192.168.1.5'],
  ])('%s asking for %s is local', (peer, host) => {
    expect(isLocalRequest(asked(peer, { host }))).toBe(true)
  })

  test.each([
    ['another machine', '192.168.1.9', { host: '127.0.0.1' }],
    ['a name that was pointed here', '127.0.0.1', { host: 'evil.example' }],
    ['a name that looks like an address', '127.0.0.1', { host: '127.0.0.1.evil.example' }],
    ['no host', '127.0.0.1', {}],
    ['X-Forwarded-For', '127.0.0.1', { host: 'localhost', 'x-forwarded-for': '1.2.3.4' }],
    ['X-Forwarded-Proto', '127.0.0.1', { host: 'localhost', 'x-forwarded-proto': 'https' }],
    ['Forwarded', '127.0.0.1', { host: 'localhost', forwarded: 'for=1.2.3.4' }],
    ['Via', '127.0.0.1', { host: 'localhost', via: '1.1 proxy' }],
  ])('%s is not', (_, peer, headers) => {
    expect(isLocalRequest(asked(peer, headers))).toBe(false)
  })
})

test('a request to an outer address of this machine from itself is from this machine, others are not', () => {
  expect(isFromThisMachine(asked('192.168.1.5', {}, '192.168.1.5'))).toBe(true)
  expect(isFromThisMachine(asked('192.168.1.9', {}, '192.168.1.5'))).toBe(false)
  expect(isFromThisMachine(asked('127.0.0.1', { via: '1.1 proxy' }))).toBe(false)
})

function asked(remoteAddress: string, headers: Record<string, string>, localAddress = '127.0.0.1') {
  const socket = new Socket()
  Object.defineProperties(socket, { remoteAddress: { value: remoteAddress }, localAddress: { value: localAddress } })
  return { headers, socket }
}
