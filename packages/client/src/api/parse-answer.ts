/** From an answer that is no refusal to what it says. */

import { ChatError } from '@suda/protocol'

/**
 * The one place where it is trusted that the server answers what the table of calls says; that it was the server is made
 * sure of as far as it can be, since captive portals and proxies answer 200 as well.
 * @throws ChatError `unavailable` for what is no answer of ours, or only the beginning of one
 */
export async function parseAnswer<Answer>(response: Response, mayBeEmpty: boolean): Promise<Answer> {
  if (response.status === 204 && mayBeEmpty) return undefined as Answer
  if (!/^application\/json\b/i.test(response.headers.get('content-type') ?? '')) {
    throw new ChatError('unavailable', 'Something on the way to the server answered in its place.')
  }
  const text = await response.text()
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null && !Array.isArray(answer)) return answer as Answer
  } catch (cause) {
    throw new ChatError('unavailable', 'The answer broke off.', { cause })
  }
  throw new ChatError('unavailable', 'Something on the way to the server answered in its place.')
}
