/** Commands on their way: in order in each room, under ids of their own, until they are acknowledged or refused. */

import { ERRORS, parseCursor, type ChatError, type Message } from '@suda/protocol'
import type { Api } from '../api/api.ts'
import { retryPauseMs } from '../api/pause.ts'
import type { LocalStore } from '../local/local-store.ts'
import type { Platform } from '../platform.ts'
import type { Outgoing, OutgoingCommand } from './outgoing.ts'

export interface OutboxParts {
  readonly platform: Platform
  readonly api: Api
  readonly local: LocalStore
  readonly asChatError: (error: unknown) => ChatError | undefined
  /** `entries` or `isKept` is another. */
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
  #lastMadeAt = 0
  /** False while the device keeps nothing: what was said is lost if the program ends before it was sent. */
  isKept = true

  constructor(parts: OutboxParts, userId: string) {
    this.#parts = parts
    this.userId = userId
  }

  /** In the order in which they were said. */
  get entries(): readonly Outgoing[] {
    return this.#entries
  }

  /** Goes on with what an earlier visit left, or where `stop` ended it. */
  async start(): Promise<void> {
    this.#isStopped = false
    const left = await this.#parts.local.outgoing().catch(() => [])
    const known = new Set(this.#entries.map(({ id }) => id))
    const found = left.filter(({ id, userId }) => userId === this.userId && !known.has(id))
    const all = [...found, ...this.#entries].sort((a, b) => a.madeAt - b.madeAt)
    this.#lastMadeAt = all.at(-1)?.madeAt ?? 0
    this.#set(all.map((entry) => (entry.state === 'sending' ? { ...entry, state: 'waiting' } : entry)))
    for (const roomId of new Set(all.map(({ command }) => command.roomId))) void this.#send(roomId)
  }

  stop(): void {
    this.#isStopped = true
  }

  add(command: OutgoingCommand): Outgoing {
    const { platform } = this.#parts
    // In order also where the clock was set back.
    this.#lastMadeAt = Math.max(platform.wallClock(), this.#lastMadeAt + 1)
    const entry: Outgoing = {
      id: command.kind === 'post' ? command.messageId : platform.newId(),
      userId: this.userId,
      madeAt: this.#lastMadeAt,
      command,
      state: 'waiting',
    }
    this.#set([...this.#entries, entry])
    // First it is safe, then it is sent; a device that keeps nothing must not keep it from being sent either.
    void this.#keep(entry).then(() => this.#send(command.roomId))
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
    this.#forget(id)
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
    this.#forget(entry.id)
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
    void this.#keep(failed)
    if (ERRORS[code].client === 'reload') this.#parts.onStale(entry.command.roomId)
  }

  async #keep(entry: Outgoing): Promise<void> {
    const isKept = await this.#parts.local.putOutgoing(entry).then(
      () => true,
      () => false,
    )
    // It may have been given up meanwhile.
    if (!this.#entries.some(({ id }) => id === entry.id)) this.#forget(entry.id)
    if (isKept === this.isKept) return
    this.isKept = isKept
    this.#parts.onChange()
  }

  /** If that fails it is sent once more at the next visit, which is harmless under its id. */
  #forget(id: string): void {
    this.#parts.local.deleteOutgoing(id).catch(() => undefined)
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
