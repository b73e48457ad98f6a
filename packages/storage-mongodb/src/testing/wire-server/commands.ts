/** The commands that came to a server: who waits for an answer, and what else than a handler can give it. */

import type { Document } from 'mongodb'
import { failure, type Answer, type Command, type Handler } from './answers.ts'
import { newBell, type Bell } from './bell.ts'
import type { Ask } from './connection.ts'
import { newHandlers } from './handlers.ts'
import type { Member } from './member.ts'

export interface Commands {
  readonly all: readonly Command[]
  readonly script: Script
  readonly askFrom: (connection: number) => Ask
  /** Those that wait and that a secondary does not answer. */
  readonly refuseWaiting: () => void
}

/** What a test says of the commands to come, and asks of those that came. */
export interface Script {
  /** From now on commands of this name are answered so. Where the handler gives nothing, the one before it does. */
  readonly answer: (name: string, handler: Handler) => void
  /** One command of this name is, before all that `answer` says; further ones stand in line. */
  readonly answerNext: (name: string, handler: Handler) => void
  /** Gives this answer to commands that wait for theirs; @returns how many did. */
  readonly interrupt: (which: (command: Command) => boolean, answer: Answer) => number
  /** The commands of this name, once there are so many. */
  readonly arrived: (name: string, count: number) => Promise<readonly Command[]>
  /** Nothing is answered any more, no hello either; after `thaw` everything is, that which came meanwhile too. */
  readonly freeze: () => void
  readonly thaw: () => void
}

interface Waiting {
  readonly command: Command
  readonly end: (answer: Answer) => void
}

export function newCommands(member: Member): Commands {
  const all: Command[] = []
  const arrival = newBell()
  const waiting = new Set<Waiting>()
  const handlers = newHandlers(member)
  const { hold, ...frost } = newFrost()
  return {
    all,
    askFrom: (connection) => (body, ended) => {
      const one = interruptible(asCommand(body, connection), ended)
      all.push(one.command)
      waiting.add(one)
      arrival.ring()
      handlers
        .answerOf(one.command)
        .then(one.end, (error: unknown) => one.end(failure({ code: 8, message: String(error) })))
      return one.answer.finally(() => waiting.delete(one)).then(hold)
    },
    refuseWaiting: () => refuseWaiting(waiting, member),
    script: {
      answer: handlers.answer,
      answerNext: handlers.answerNext,
      ...frost,
      interrupt: (which, answer) => interrupt(waiting, which, answer),
      arrived: (name, count) => arrived({ all, arrival }, name, count),
    },
  }
}

function interrupt(waiting: ReadonlySet<Waiting>, which: (command: Command) => boolean, answer: Answer): number {
  const interrupted = [...waiting].filter(({ command }) => which(command))
  for (const { end } of interrupted) end(answer)
  return interrupted.length
}

function refuseWaiting(waiting: ReadonlySet<Waiting>, member: Member): void {
  for (const { command, end } of waiting) {
    const refusal = member.refusal(command)
    if (refusal !== undefined) end(refusal)
  }
}

interface Arrivals {
  readonly all: readonly Command[]
  readonly arrival: Bell
}

async function arrived({ all, arrival }: Arrivals, name: string, count: number): Promise<readonly Command[]> {
  const ofName = () => all.filter((command) => command.name === name)
  while (ofName().length < count) await arrival.rung()
  return ofName()
}

function newFrost() {
  let thawed: PromiseWithResolvers<void> | undefined
  return {
    freeze: () => void (thawed ??= Promise.withResolvers()),
    thaw: () => {
      thawed?.resolve()
      thawed = undefined
    },
    hold: async (answer: Answer) => {
      await thawed?.promise
      return answer
    },
  }
}

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
  return { command: { ...command, signal: AbortSignal.any([ended, stop.signal]) }, answer, end }
}
