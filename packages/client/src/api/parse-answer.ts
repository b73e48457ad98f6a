/** From an answer that is no refusal to what it says. */

/**
 * The one place where it is trusted that the server answers what the table of calls says; that it was the server is made
 * sure of as far as it can be, since captive portals and proxies answer 200 as well.
 * @throws Error for what is no answer of ours, or only the beginning of one
 */
export async function parseAnswer<Answer>(response: Response, mayBeEmpty: boolean): Promise<Answer> {
  if (response.status === 204 && mayBeEmpty) return undefined as Answer
  const answer: unknown = hasType(response, 'application/json') && (await response.json())
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) throw new TypeError('No answer of Suda')
  return answer as Answer
}

/** @param type in lower case, as the server writes it */
export function hasType({ headers }: Response, type: string): boolean {
  return headers.get('content-type')?.startsWith(type) === true
}
