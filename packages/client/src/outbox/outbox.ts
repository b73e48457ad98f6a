/** Commands on their way: in order in each room, under ids of their own, until they are acknowledged or refused. */

import { ERRORS, parseCursor, type ChatError, type Message } from '@suda/protocol'
import type { Api } from '../api/api.ts'
import { retryPauseMs } from '../api/pause.ts'
import type { Platform } from '../platform.ts'
import type { Outgoing, OutgoingCommand } from './outgoing.ts'

export interface OutboxParts {
  readonly platform: Platform
  readonly api: Api
  readonly asChatError: (error: unknown) => ChatError | undefined
  /** `entries` is another list. */
  readonly onChange: () => void
  /** A message as the server answered it. */
  readonly onMessage: (message: Message) => void
  /** What the entry is about has to be loaded anew. */
  readonly onStale: (roomId: string) => void
}

export class Outbox {
  readonly #parts: OutboxParts
  readonly userId: string
  #entries: readonly Outgoing[] = []
  #isSending = new Set<string>()
  #isStopped = false

  constructor(parts: OutboxParts, userId: string) {
    this.#parts = parts
    this.userId = userId
  }

  /** In the order in which they were said. */
  get entries(): readonly Outgoing[] {
    return this.#entries
  }

  /** Goes on where `stop` ended it. */
  start(): void {
    this.#isStopped = false
    this.#set(this.#entries.map((entry) => (entry.state === 'sending' ? { ...entry, state: 'waiting' } : entry)))
    for (const roomId of new Set(this.#entries.map(({ command }) => command.roomId))) void this.#send(roomId)
  }

  stop(): void {
    this.#isStopped = true
  }

  add(command: OutgoingCommand): Outgoing {
    const { platform } = this.#parts
    const entry: Outgoing = {
      id: command.kind === 'post' ? command.messageId : platform.newId(),
      userId: this.userId,
      madeAt: platform.wallClock(),
      command,
      state: 'waiting',
    }
    this.#set([...this.#entries, entry])
    void this.#send(command.roomId)
    return entry
  }

  /** A refused one, once more. */
  retry(id: string): void {
    const entry = this.#entries.find((one) => one.id === id)
    if (entry?.state !== 'failed') return
    const { error: _error, ...rest } = entry
    this.#put({ ...rest, state: 'waiting' })
    void this.#send(entry.command.roomId)
  }

  /** Gives up what is not sent. */
  discard(id: string): void {
    this.#set(this.#entries.filter((entry) => entry.id !== id))
  }

  /** The feed has told everything up to there, so what was acknowledged before is seen by everybody, us included. */
  passed(cursor: string): void {
    const position = parseCursor(cursor)?.position ?? 0
    const left = this.#entries.filter((entry) => entry.state !== 'sent' || positionOf(entry) > position)
    if (left.length < this.#entries.length) this.#set(left)
  }

  async #send(roomId: string): Promise<void> {
    if (this.#isSending.has(roomId)) return
    this.#isSending.add(roomId)
    try {
      for (let next = this.#next(roomId); next !== undefined && !this.#isStopped; next = this.#next(roomId)) {
        await this.#deliver(next)
      }
    } finally {
      this.#isSending.delete(roomId)
    }
  }

  #next(roomId: string): Outgoing | undefined {
    return this.#entries.find((entry) => entry.command.roomId === roomId && entry.state === 'waiting')
  }

  async #deliver(entry: Outgoing): Promise<void> {
    this.#put({ ...entry, state: 'sending' })
    for (let attempt = 0; !this.#isStopped; attempt += 1) {
      try {
        return await this.#acknowledge(entry)
      } catch (error) {
        const refusal = this.#parts.asChatError(error)
        if (refusal === undefined) throw error
        const reaction = ERRORS[refusal.code].client
        if (reaction === 'show' || reaction === 'reload') return this.#refuse(entry, refusal)
        await this.#pause(retryPauseMs(attempt, refusal, this.#parts.platform.random()))
      }
    }
  }

  async #acknowledge(entry: Outgoing): Promise<void> {
    const cursor = await this.#call(entry)
    if (cursor === undefined) this.#set(this.#entries.filter(({ id }) => id !== entry.id))
    else this.#put({ ...entry, state: 'sent', cursor })
  }

  /** @returns for a post where the feed will tell it */
  async #call({ command, id }: Outgoing): Promise<string | undefined> {
    const { api, onMessage } = this.#parts
    const once = { key: id, patience: 0 }
    switch (command.kind) {
      case 'post': {
        const { kind: _kind, roomId, messageId, ...rest } = command
        const body = { id: messageId, ...rest }
        const answer = await api.call('POST /api/rooms/{room}/messages', { path: { room: roomId }, body, patience: 0 })
        return answer.cursor
      }
      case 'edit': {
        const path = { message: command.messageId }
        const body = { text: command.text }
        onMessage((await api.call('PATCH /api/messages/{message}', { path, body, ...once })).message)
        return undefined
      }
      case 'delete': {
        const path = { message: command.messageId }
        onMessage((await api.call('DELETE /api/messages/{message}', { path, ...once })).message)
        return undefined
      }
      case 'read': {
        const { roomId, seq, force } = command
        const body = { seq, ...(force !== undefined && { force }) }
        await api.call('PUT /api/rooms/{room}/read', { path: { room: roomId }, body, ...once })
        return undefined
      }
    }
  }

  #refuse(entry: Outgoing, { code, detail }: ChatError): void {
    const failed: Outgoing = {
      ...entry,
      state: 'failed',
      error: { code, ...(detail !== undefined && { detail }) },
    }
    this.#put(failed)
    if (ERRORS[code].client === 'reload') this.#parts.onStale(entry.command.roomId)
  }

  #put(entry: Outgoing): void {
    this.#set(this.#entries.map((one) => (one.id === entry.id ? entry : one)))
  }

  #set(entries: readonly Outgoing[]): void {
    this.#entries = entries
    this.#parts.onChange()
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#parts.platform.after(ms, resolve))
  }
}

function positionOf({ cursor }: Outgoing): number {
  return parseCursor(cursor ?? '')?.position ?? 0
}
