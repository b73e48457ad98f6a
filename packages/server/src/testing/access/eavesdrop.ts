/** Everything that somebody is told, byte for byte: answers with their headers, and streams as they come. */

import { onTestFinished } from 'vitest'
import type { Client } from '../a-client.ts'

export interface Heard {
  /** What was asked. */
  readonly of: string
  readonly bytes: string
}

export interface Eavesdropped {
  /** Waits until the stream has told the word, or can tell nothing more. @returns all that it told so far */
  until(word: string): Promise<Heard>
}

export async function answerOf(
  client: Client,
  method: string,
  path: string,
  { accept, body }: { readonly accept?: string; readonly body?: object } = {},
): Promise<Heard> {
  const headers = {
    ...client.headers,
    ...(accept !== undefined && { accept }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const response = await fetch(`${client.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { of: `${method} ${path}`, bytes: `${headOf(response)}\n${await response.text()}` }
}

const RESET = /"?event"?: ?"?reset/

export async function listen(client: Client, path: string, accept: string): Promise<Eavesdropped> {
  const abort = new AbortController()
  const response = await fetch(`${client.url}${path}`, {
    headers: { ...client.headers, accept },
    signal: abort.signal,
  })
  onTestFinished(() => abort.abort())
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  // Of a room that begins anew nothing follows a reset.
  const isAtItsEnd = () => path.startsWith('/api/rooms/') && RESET.test(bytes)
  let bytes = `${headOf(response)}\n`
  return {
    async until(word) {
      while (!bytes.includes(word) && !isAtItsEnd()) {
        const { done = true, value = '' } = (await reader?.read()) ?? {}
        if (done) break
        bytes += value
      }
      return { of: `${accept} ${path}`, bytes }
    },
  }
}

function headOf({ headers, status }: Response): string {
  return [`HTTP ${status}`, ...[...headers].map(([name, value]) => `${name}: ${value}`)].join('\n')
}

/** Which of the words were told where: each as `word: what was asked`. */
export function wordsIn(heard: readonly Heard[], words: Readonly<Record<string, string>>): string[] {
  return heard.flatMap(({ bytes, of }) =>
    Object.entries(words)
      .filter(([, word]) => bytes.includes(word))
      .map(([name]) => `${name}: ${of}`),
  )
}
