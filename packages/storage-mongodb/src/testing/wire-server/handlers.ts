/** Who answers a command: what the test ordered once, then its handlers from the last to the first, then a plain answer. */

import type { Answer, Command, Handler } from './answers.ts'
import type { Member } from './member.ts'
import { plainAnswer } from './plain-answers.ts'

export interface Handlers {
  readonly answer: (name: string, handler: Handler) => void
  readonly answerNext: (name: string, handler: Handler) => void
  readonly answerOf: (command: Command) => Promise<Answer>
}

export function newHandlers(member: Member): Handlers {
  const lasting: Handler[] = [ofName('hello', member.hello)]
  const once = new Map<string, Handler[]>()
  return {
    answer: (name, handler) => void lasting.unshift(ofName(name, handler)),
    answerNext: (name, handler) => void once.set(name, [...(once.get(name) ?? []), handler]),
    async answerOf(command) {
      const refusal = member.refusal(command) ?? (await once.get(command.name)?.shift()?.(command))
      return refusal ?? (await firstOf(lasting, command)) ?? plainAnswer(command)
    },
  }
}

const ofName =
  (name: string, handler: Handler): Handler =>
  (command) =>
    command.name === name ? handler(command) : undefined

async function firstOf(handlers: readonly Handler[], command: Command): Promise<Answer | undefined> {
  for (const handler of handlers) {
    const answer = await handler(command)
    if (answer !== undefined) return answer
  }
  return undefined
}
