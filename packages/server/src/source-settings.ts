/** What the configuration says of collections of other programs. */

import * as z from 'zod'

const field = z.string().regex(/^(?:(?!\$)[^.\0]+)(?:\.(?!\$)[^.\0]+)*$/, 'not the name of a field')
const named = z.record(z.string(), z.string().min(1))

const sourceSettings = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9._-]{1,64}$/, 'a name has letters, digits, dots, underscores and hyphens'),
  collection: z.string().regex(/^(?!system\.)[^$\0]{1,200}$/, 'not the name of a collection'),
  room: field,
  author: field,
  text: field,
  at: field.exactOptional(),
  rooms: named.exactOptional(),
  authors: named.exactOptional(),
  issuer: z
    .string()
    .regex(/^[^\s:]{1,64}$/, 'an issuer has no blank and no colon')
    .exactOptional(),
})

export type SourceSettings = z.output<typeof sourceSettings>

export const sourceList = z
  .array(sourceSettings)
  .refine((sources) => isEachOnce(sources, 'name'), 'each name stands once')
  .refine((sources) => isEachOnce(sources, 'collection'), 'each collection stands once')
  .refine((sources) => sources.every(({ name }) => name !== 'inbox'), 'the name inbox is taken')

function isEachOnce(sources: readonly SourceSettings[], key: 'name' | 'collection'): boolean {
  return new Set(sources.map((source) => source[key])).size === sources.length
}
