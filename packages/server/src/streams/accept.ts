/** Which of the formats that a stream can have the client asked for. */

import { ChatError } from '@suda/protocol'

/**
 * The client's preference first, then the more precise range, then the order of its list. No header, `*` and `text/*`
 * mean the first format that they admit.
 * @throws ChatError `not_acceptable`
 */
export function acceptedFormat<Format extends string>(accept: string | undefined, formats: readonly Format[]): Format {
  const ranges = (accept ?? '*/*')
    .split(',')
    .map(parseRange)
    .filter(({ weight }) => weight > 0)
  const byPreference = ranges.toSorted((a, b) => b.weight - a.weight || b.precision - a.precision)
  for (const { pattern } of byPreference) {
    const format = formats.find(
      (candidate) => pattern === candidate || pattern === '*/*' || pattern === `${majorOf(candidate)}/*`,
    )
    if (format !== undefined) return format
  }
  throw new ChatError('not_acceptable')
}

interface Range {
  readonly pattern: string
  readonly weight: number
  /** 0 for all types, 1 for a family, 2 for one. */
  readonly precision: number
}

function parseRange(text: string): Range {
  const [pattern = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  const precision = pattern === '*/*' ? 0 : pattern.endsWith('/*') ? 1 : 2
  return { pattern, weight: weight === undefined ? 1 : Number(weight) || 0, precision }
}

function majorOf(type: string): string {
  return type.slice(0, type.indexOf('/'))
}
