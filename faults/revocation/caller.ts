/** Somebody with one credential who asks one process, and when each request began and was answered. */

import type { Answer } from '../kit/http.ts'

export interface Place {
  readonly port: number
  readonly url: string
}

export interface Timed extends Answer {
  /** Of the asker's clock, ms. */
  readonly startedAt: number
  readonly answeredAt: number
  /** Of the session that the answer begins; empty if it begins none. */
  readonly cookie: string
}

export interface Caller {
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  ask(method: string, path: string, json?: unknown): Promise<Timed>
  /** @throws Error that shows the answer if it is no 2xx */
  must(method: string, path: string, json?: unknown): Promise<Timed>
  /** The same credential at another process. */
  at(node: Place): Caller
}

export const anyone = (node: Place): Caller => aCaller(node, () => ({}))

export const byToken = (node: Place, token: string): Caller =>
  aCaller(node, () => ({ authorization: `Bearer ${token}` }))

/** As a browser does: from the pages of the process that it asks. */
export const byCookie = (node: Place, cookie: string): Caller => aCaller(node, ({ url }) => ({ cookie, origin: url }))

export const isDone = (status: number): boolean => status >= 200 && status < 300

function aCaller(node: Place, headersAt: (node: Place) => Record<string, string>): Caller {
  const headers = headersAt(node)
  const ask: Caller['ask'] = async (method, path, json) => {
    const startedAt = performance.now()
    const response = await fetch(`${node.url}${path}`, {
      method,
      headers: {
        accept: 'application/json',
        ...headers,
        ...(json !== undefined && { 'content-type': 'application/json' }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      signal: AbortSignal.timeout(40_000),
    })
    const answeredAt = performance.now()
    const text = await response.text()
    const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';')
    return { status: response.status, body: text === '' ? undefined : JSON.parse(text), cookie, startedAt, answeredAt }
  }
  return {
    port: node.port,
    headers,
    ask,
    async must(method, path, json) {
      const answer = await ask(method, path, json)
      if (isDone(answer.status)) return answer
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    },
    at: (other) => aCaller(other, headersAt),
  }
}
