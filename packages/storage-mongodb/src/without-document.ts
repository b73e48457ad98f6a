/** A document without some of its fields: what it lacks is absent, never null. */
export function without<D extends object, Field extends keyof D>(document: D, ...fields: Field[]): Omit<D, Field> {
  const rest: Partial<D> = { ...document }
  for (const field of fields) delete rest[field]
  return rest as Omit<D, Field>
}
