/** Bodies of requests: JSON within limits, or text where a route takes it. */

import { isUtf8 } from 'node:buffer'
import { ChatError } from '@suda/protocol'
import type { FastifyInstance, FastifyRequest } from 'fastify'

export const BODY_BYTES = 65_536
const DEPTH = 32

const JSON_TYPE = /^application\/json(?: *; *charset="?utf-8"?)?$/i
const TEXT_TYPE = /^text\/plain(?: *; *charset="?utf-8"?)?$/i

/** Takes the place of Fastify's own parsers. What is under a key of the prototype stays an own key, which no schema takes. */
export function addBodyParsers(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^/,
    { parseAs: 'buffer', bodyLimit: BODY_BYTES },
    async (request: FastifyRequest, body: Buffer) =>
      isText(request) ? asMessage(decode(body)) : parseJson(decode(body)),
  )
}

/**
 * Only the exact types, since a form of another site can send any other.
 * @throws ChatError `unsupported_media_type`
 */
export function assertContentType({ headers }: FastifyRequest, takesText: boolean): void {
  const type = headers['content-type']
  const hasBody = headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
  if (type === undefined && !hasBody) return
  const isFine = type !== undefined && (JSON_TYPE.test(type) || (takesText && TEXT_TYPE.test(type)))
  if (isFine && headers['content-encoding'] === undefined) return
  const types = takesText ? 'application/json or text/plain' : 'application/json'
  throw new ChatError('unsupported_media_type', `The body is taken as ${types}, in UTF-8 and uncompressed.`)
}

function isText({ headers }: FastifyRequest): boolean {
  return TEXT_TYPE.test(headers['content-type'] ?? '')
}

/** Text alone is a message; what the shell put at its end is no part of it. */
function asMessage(text: string): { text: string } {
  return { text: text.replaceAll('\r\n', '\n').replace(/\n$/, '') }
}

function decode(body: Buffer): string {
  if (!isUtf8(body)) throw new ChatError('malformed', 'The body is not UTF-8.')
  return body.toString()
}

/** Whether there must be a body is for the endpoint to say. */
function parseJson(text: string): unknown {
  if (text === '') return undefined
  assertShallow(text)
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new ChatError('malformed', 'The body is not JSON.', { cause: error })
  }
}

/** Before it is parsed: what nests without end can break whoever walks through it later. */
function assertShallow(text: string): void {
  let depth = 0
  let isInString = false
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (isInString) {
      if (character === BACKSLASH) index++
      else if (character === QUOTE) isInString = false
    } else if (character === QUOTE) isInString = true
    else if (character === BRACE || character === BRACKET) depth++
    else if (character === BRACE + 2 || character === BRACKET + 2) depth--
    if (depth > DEPTH) throw new ChatError('malformed', `The body nests deeper than ${DEPTH} levels.`)
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const BRACKET = 0x5b
const BRACE = 0x7b
