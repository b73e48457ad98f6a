/** An open stream of lines: ndjson or plain text. */

import { onTestFinished } from 'vitest'
import type { Client } from './a-client.ts'

export interface Lines {
  readonly response: Response
  /** Waits for the next line, without its end. */
  next(): Promise<string>
  /** All that came until the server ended it. */
  rest(): Promise<string>
}

export async function openLines(client: Client, path: string, accept: string): Promise<Lines> {
  const abort = new AbortController()
  const headers = { accept, ...client.headers }
  const response = await fetch(`${client.url}${path}`, { headers, signal: abort.signal })
  onTestFinished(() => abort.abort())
  if (response.body === null) throw new Error('the answer has no body')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  const more = async (): Promise<boolean> => {
    const { done, value } = await reader.read()
    text += value ?? ''
    return !done
  }
  return {
    response,
    async next() {
      while (!text.includes('\n')) if (!(await more())) throw new Error('the stream is over')
      const end = text.indexOf('\n')
      const line = text.slice(0, end)
      text = text.slice(end + 1)
      return line
    },
    async rest() {
      while (await more());
      return text
    },
  }
}
