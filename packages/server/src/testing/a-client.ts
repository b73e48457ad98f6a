/** Somebody who speaks with a test's server over HTTP, as any program would, and holds it to its schemas. */

import type { Scope } from '@suda/protocol'
import { assertShape } from './assert-shape.ts'

export interface Account {
  readonly userId: string
  readonly username: string
  readonly token: string
  addToken(scopes?: readonly Scope[], expiresAt?: string): Promise<string>
}

export interface Client extends Account {
  readonly url: string
  get(path: string, init?: RequestInit): Promise<Answered>
  post(path: string, body?: unknown, init?: RequestInit): Promise<Answered>
  put(path: string, body?: unknown, init?: RequestInit): Promise<Answered>
  patch(path: string, body?: unknown, init?: RequestInit): Promise<Answered>
  delete(path: string, init?: RequestInit): Promise<Answered>
  /** What every request of it carries. */
  readonly headers: Readonly<Record<string, string>>
  /** The same person with other headers, such as a cookie instead of the token. */
  with(headers: Record<string, string>): Client
  send(method: string, path: string, init?: RequestInit): Promise<Answered>
}

export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // What a test looks into is what it expects there.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

const nobody: Account = {
  userId: '',
  username: '',
  token: '',
  addToken: () => Promise.reject(new Error('nobody has tokens')),
}

export function aClient(url: string, account: Account | undefined, headers?: Record<string, string>): Client {
  const own = headers ?? (account === undefined ? {} : { authorization: `Bearer ${account.token}` })
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Answered> => {
    const response = fetch(`${url}${path}`, { method, ...init, headers: { ...own, ...toRecord(init.headers) } })
    const answer = await answered(response)
    assertShape(method, path, answer)
    return answer
  }
  const sendJson = (method: string, path: string, body: unknown, init: RequestInit = {}): Promise<Answered> =>
    body === undefined
      ? send(method, path, init)
      : send(method, path, {
          body: JSON.stringify(body),
          ...init,
          headers: { 'content-type': 'application/json', ...toRecord(init.headers) },
        })
  return {
    ...(account ?? nobody),
    url,
    headers: own,
    send,
    get: (path, init) => send('GET', path, init),
    delete: (path, init) => send('DELETE', path, init),
    post: (path, body, init) => sendJson('POST', path, body, init),
    put: (path, body, init) => sendJson('PUT', path, body, init),
    patch: (path, body, init) => sendJson('PATCH', path, body, init),
    with: (others) => aClient(url, account, others),
  }
}

function toRecord(headers: RequestInit['headers']): Record<string, string> {
  return Object.fromEntries(new Headers(headers))
}

async function answered(response: Promise<Response>): Promise<Answered> {
  const { headers, status, ...rest } = await response.then(async (got) => ({
    headers: got.headers,
    status: got.status,
    text: await got.text(),
  }))
  const isJson = headers.get('content-type')?.includes('json') === true && rest.text !== ''
  return { status, headers, text: rest.text, body: isJson ? JSON.parse(rest.text) : undefined }
}
