/** The commands that came to a server, and who answers them. */

import type { Document } from 'mongodb'
import type { Answer, Command, Handler } from './answers.ts'
import { newBell } from './bell.ts'
import type { Ask } from './connection.ts'
import type { Member } from './member.ts'
import { plainAnswers, unknownCommand } from './plain-answers.ts'

export interface Commands {
  readonly all: readonly Command[]
  askFrom(connection: number): Ask
  answer(name: string, handler: Handler): void
  answerNext(name: string, handler: Handler): void
  interrupt(which: (command: Command) => boolean, answer: Answer): void
  refuseWaiting(): void
  arrived(name: string, count: number): Promise<readonly Command[]>
}

interface Waiting {
  readonly command: Command
  end(answer: Answer): void
}

export function newCommands(member: Member): Commands {
  const all: Command[] = []
  const arrival = newBell()
  const waiting = new Set<Waiting>()
  const handlers = new Map<string, Handler>(Object.entries({ ...plainAnswers, hello: member.hello }))
  const next = new Map<string, Handler[]>()

  const answerOf = async (command: Command) =>
    member.refusal(command.name) ??
    (next.get(command.name)?.shift() ?? handlers.get(command.name) ?? unknownCommand)(command)

  return {
    all,
    askFrom: (connection) => (body, ended) => {
      const { command, end, answer } = interruptible(asCommand(body, connection), ended)
      const one = { command, end }
      all.push(command)
      waiting.add(one)
      arrival.ring()
      void answerOf(command).then(end)
      return answer.finally(() => waiting.delete(one))
    },
    answer: (name, handler) => void handlers.set(name, handler),
    answerNext: (name, handler) => void next.set(name, [...(next.get(name) ?? []), handler]),
    interrupt(which, answer) {
      for (const { command, end } of waiting) if (which(command)) end(answer)
    },
    refuseWaiting() {
      for (const { command, end } of waiting) {
        const refusal = command.name === 'hello' ? undefined : member.refusal(command.name)
        if (refusal !== undefined) end(refusal)
      }
    },
    async arrived(name, count) {
      const ofName = () => all.filter((command) => command.name === name)
      while (ofName().length < count) await arrival.rung(60_000, never)
      return ofName()
    },
  }
}

const never = new AbortController().signal

function asCommand(body: Document, connection: number): Omit<Command, 'signal'> {
  const [name = ''] = Object.keys(body)
  return { name: name.toLowerCase() === 'ismaster' ? 'hello' : name, db: String(body['$db']), body, connection }
}

/** A command whose answer can come from elsewhere; its handler is told by the signal. */
function interruptible(command: Omit<Command, 'signal'>, ended: AbortSignal) {
  const { promise: answer, resolve } = Promise.withResolvers<Answer>()
  const stop = new AbortController()
  const end = (given: Answer) => {
    resolve(given)
    stop.abort()
  }
  const signal = AbortSignal.any([ended, stop.signal])
  return { command: { ...command, signal }, answer, end }
}
