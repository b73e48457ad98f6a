/** Plain calls of the HTTP API, as a script would make them. */

export interface Answer {
  readonly status: number
  // What the server answers is exactly what these tests look into.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any
}

export interface Call {
  readonly method?: string
  readonly token?: string
  readonly json?: unknown
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMs?: number
}

/** @throws TypeError (of `fetch`) if no answer came */
export async function call(
  url: string,
  { method = 'GET', token, json, headers, timeoutMs = 10_000 }: Call = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(json !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(json !== undefined && { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** As `call`, and anything but a 2xx is an error that shows the answer. */
export async function get(url: string, token?: string): Promise<Answer['body']> {
  const answer = await call(url, { ...(token !== undefined && { token }) })
  if (answer.status !== 200) throw new Error(`GET ${url}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}
