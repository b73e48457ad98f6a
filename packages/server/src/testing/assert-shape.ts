/** Every answer that a test gets is held against its closed schema, so that a field that nobody meant to tell fails it. */

import { problem } from '@suda/protocol/schemas'
import { expect } from 'vitest'
import { routes } from '../app.ts'

interface Answered {
  readonly status: number
  readonly body: unknown
  readonly text: string
}

export function assertShape(method: string, path: string, { body, status, text }: Answered): void {
  if (method === 'HEAD') return
  if (status >= 400) return assertFits(problem.safeParse(body), `${method} ${path} ${status}`)
  const segments = path.replace(/\?.*/, '').split('/')
  const route = routes.find((candidate) => candidate.method === method && matches(segments, candidate.path.split('/')))
  if (route === undefined) return
  const { answers, produces } = route.endpoint.shapes
  expect(Object.keys(answers), `${method} ${path} says that it answers ${status}`).toContain(String(status))
  const schema = answers[status]
  if (schema === null || schema === undefined) {
    if (produces === undefined) expect(text, `${method} ${path} ${status}`).toBe('')
    return
  }
  assertFits(schema.safeParse(body), `${method} ${path} ${status}`)
}

function assertFits(parsed: { success: boolean; error?: Error | undefined }, what: string): void {
  expect(parsed.error, what).toBeUndefined()
}

function matches(segments: readonly string[], pattern: readonly string[]): boolean {
  return (
    segments.length === pattern.length &&
    pattern.every((part, index) => part.startsWith(':') || part === segments[index])
  )
}
