import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readConfig } from './config.ts'
import { defaultLimits } from './limits/limit-settings.ts'

describe('readConfig', () => {
  test('everything has a default', () => {
    expect(readConfig({}, {}, folderWith())).toEqual({
      host: '127.0.0.1',
      port: 3000,
      data: './data',
      trustProxy: false,
      rateLimits: true,
      stopSeconds: 30,
      log: 'info',
      ...defaultLimits(),
    })
  })

  test('flags win over the environment, the environment over the file, the file over the defaults', () => {
    const folder = folderWith({ port: 1, host: 'a', data: 'from-file' })

    expect(readConfig({ port: '3' }, { SUDA_PORT: '2', SUDA_HOST: 'b' }, folder)).toMatchObject({
      port: 3,
      host: 'b',
      data: 'from-file',
    })
  })

  test('PORT counts where SUDA_PORT is not given, and an empty variable counts as none', () => {
    expect(readConfig({}, { PORT: '81' }, folderWith()).port).toBe(81)
    expect(readConfig({}, { PORT: '81', SUDA_PORT: '82' }, folderWith()).port).toBe(82)
    expect(readConfig({}, { PORT: '81', SUDA_PORT: '' }, folderWith()).port).toBe(81)
  })

  test('values become what the server works with', () => {
    const env = {
      SUDA_PUBLIC_URL: 'https://Example.org/chat/',
      SUDA_TRUST_PROXY: '10.0.0.0/8, ::1',
      SUDA_RATE_LIMITS: 'off',
    }

    expect(readConfig({}, env, folderWith())).toMatchObject({
      publicUrl: 'https://example.org/chat',
      trustProxy: ['10.0.0.0/8', '::1'],
      rateLimits: false,
    })
    const limits = { SUDA_LIMIT_MESSAGES: '30/min,60', SUDA_LIMIT_TYPING: 'off' }
    expect(readConfig({}, limits, folderWith({ limitAtOnce: 5 }))).toMatchObject({
      limitMessages: { count: 30, perMs: 60_000, burst: 60 },
      limitTyping: 'off',
      limitAtOnce: 5,
    })
    expect(readConfig({ 'trust-proxy': '2' }, {}, folderWith()).trustProxy).toBe(2)
    expect(readConfig({}, {}, folderWith({ trustProxy: ['10.1.2.3'] })).trustProxy).toEqual(['10.1.2.3'])
  })

  test.each([
    [{ port: '70000' }, {}, '--port must be a whole number from 0 to 65535, not "70000"'],
    [{ port: '1e3' }, {}, '--port must be a whole number from 0 to 65535, not "1e3"'],
    [{}, { PORT: '-1' }, 'PORT must be a whole number from 0 to 65535, not "-1"'],
    [{}, { SUDA_LOG: 'loud' }, 'SUDA_LOG must be trace, debug, info, warn, error or silent, not "loud"'],
    [{ 'public-url': 'ftp://a' }, {}, /^--public-url must be an address like/],
    [{ 'public-url': 'https://u:p@a/' }, {}, /^--public-url must be an address like/],
    [{ 'trust-proxy': '10.0.0.0/33' }, {}, /^--trust-proxy must be off, the number/],
    [{ 'trust-proxy': '0' }, {}, /^--trust-proxy must be off, the number/],
    [{ data: 'a\0b' }, {}, '--data must be a path, not "a\\u0000b"'],
    [
      {},
      { SUDA_LIMIT_MESSAGES: '5' },
      'SUDA_LIMIT_MESSAGES must be off or a pace like 5/s, 1/3s, 30/min or 5/s,20, not "5"',
    ],
    [{}, { SUDA_LIMIT_AT_ONCE: '0' }, 'SUDA_LIMIT_AT_ONCE must be off or a whole number from 1, not "0"'],
    [{}, { SUDA_SECRET: 'short' }, 'SUDA_SECRET must be at least 32 characters'],
    [
      { 'database-url': 'http://u:p@a/' },
      {},
      '--database-url must be an address that begins with mongodb:// or mongodb+srv://',
    ],
  ])('%j and %j are refused in one line that names the culprit', (flags, env, message) => {
    expect(() => readConfig(flags, env, folderWith())).toThrow(
      expect.objectContaining({
        kind: 'settings',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      }),
    )
  })

  test('of a list it is said where in it something is wrong', () => {
    const source = { name: 'board', collection: 'message', room: 'parent', author: 'userid', text: 'content' }
    const read = (sources: unknown) => () => readConfig({}, {}, folderWith({ sources }))

    expect(read([source])().sources).toEqual([source])
    expect(read([{ ...source, text: '$where' }])).toThrow('(0.text: not the name of a field)')
    expect(read([source, { ...source, collection: 'other' }])).toThrow('(each name stands once)')
    expect(read('board')).toThrow(/^“sources” in suda.config.json must be a list of collections .*, not "board"$/)
  })

  test('an unknown SUDA_ variable is refused with the nearest name, others are left alone', () => {
    const read = (name: string) => () => readConfig({}, { [name]: 'x' }, folderWith())

    expect(read('SUDA_PUBLICURL')).toThrow(
      'there is no environment variable SUDA_PUBLICURL; did you mean SUDA_PUBLIC_URL?',
    )
    expect(read('SUDA_PROT')).toThrow('did you mean SUDA_PORT?')
    expect(read('SUDA_XYZXYZXYZ')).toThrow('there are SUDA_HOST, SUDA_PORT')
    expect(read('SUDAPORT')).not.toThrow()
  })

  test('the file is a JSON object with known names', () => {
    expect(() => readConfig({}, {}, folderWith({ prot: 1 }))).toThrow(
      'there is no setting in suda.config.json prot; did you mean port?',
    )
    expect(() => readConfig({}, {}, folderWith({ port: '1x' }))).toThrow(
      '“port” in suda.config.json must be a whole number',
    )
    expect(() => readConfig({}, {}, folderWith([]))).toThrow('suda.config.json must be a JSON object')
    expect(() => readConfig({}, {}, folderWith('{'))).toThrow('suda.config.json must be a JSON object')
  })
})

function folderWith(content?: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'suda-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  if (content !== undefined) writeFileSync(join(folder, 'suda.config.json'), text)
  return folder
}
