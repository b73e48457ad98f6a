/** The table of calls has no value that could be looked at, so it is read as text, beside what the server documents. */

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const table = readFileSync(new URL('calls.ts', import.meta.url), 'utf8')
const reference = readFileSync(new URL('../../../docs/openapi.json', import.meta.url), 'utf8')

const documented = Object.fromEntries(
  Object.entries((JSON.parse(reference) as Reference).paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => [`${method.toUpperCase()} ${path}`, shapeOf(operation)]),
  ),
)

const written = Object.fromEntries(
  table
    .split(/^ {2}'(?=[A-Z]+ \/)/m)
    .slice(1)
    .map((row) => [row.slice(0, row.indexOf("'")), membersOf(row)]),
)

test('the calls of the table are those of the reference, each with its path, query, body and answer', () => {
  expect(written).toEqual(documented)
  expect(Object.keys(written).length).toBeGreaterThan(40)
})

test('whoever makes a call is asked for the names in its path', () => {
  for (const [name, { path }] of Object.entries(written)) {
    const names = [...name.matchAll(/\{(\w+)\}/g)].map(([, param]) => `${param}: string`)
    expect(path.split('; ').filter(Boolean), name).toEqual(names)
  }
})

interface Reference {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
  readonly requestBody?: { readonly required?: boolean }
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, unknown>> }>>
}

function shapeOf({ parameters = [], requestBody, responses }: Operation) {
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const answers = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return {
    path: inPath.map(({ name }) => `${name}: string`).join('; '),
    hasQuery: parameters.some((parameter) => parameter.in === 'query'),
    body: requestBody === undefined ? 'none' : requestBody.required === true ? 'required' : 'optional',
    mayBeEmpty: answers.some(([, { content }]) => content === undefined),
    mayBeJson: answers.some(([, { content = {} }]) => 'application/json' in content),
  }
}

function membersOf(row: string) {
  const answer = /answer: (.*?)(?: \})?$/m.exec(row)?.[1] ?? ''
  return {
    path: /path: \{ (.*?) \}/.exec(row)?.[1] ?? '',
    hasQuery: /\bquery\??: /.test(row),
    body: row.includes('body: ') ? 'required' : row.includes('body?: ') ? 'optional' : 'none',
    mayBeEmpty: answer.includes('undefined'),
    mayBeJson: answer !== 'undefined' && answer !== 'string',
  }
}
