/** What was said here is shown at once: the state as it will be when the server has taken it. */

import type { Message, State } from '@suda/protocol'
import type { Outgoing } from './outgoing.ts'

/** Posts stand apart, as `outgoing`; edits, deletes and read positions are shown where they belong. */
export function withOutgoing(state: State, outgoing: readonly Outgoing[]): State {
  return outgoing.reduce((next, entry) => (entry.state === 'failed' ? next : withOne(next, entry)), state)
}

function withOne(state: State, { command, madeAt }: Outgoing): State {
  switch (command.kind) {
    case 'post':
      return state
    case 'edit':
      return withMessage(state, command, (message) => ({ ...message, text: command.text }))
    case 'delete': {
      const deletedAt = new Date(madeAt).toISOString()
      return withMessage(state, command, (message) => ({ ...message, text: '', mentions: [], deletedAt }))
    }
    case 'read':
      return withRead(state, command)
  }
}

function withMessage(
  state: State,
  { roomId, messageId }: { readonly roomId: string; readonly messageId: string },
  edit: (message: Message) => Message,
): State {
  const windows = state.windows[roomId]
  const inMain = windows?.some(({ messages }) => messages.some(({ id }) => id === messageId)) === true
  const replace = (messages: readonly Message[]): Message[] =>
    messages.map((message) => (message.id === messageId ? edit(message) : message))
  const threads = Object.fromEntries(
    Object.entries(state.threads).map(([id, thread]) => [
      id,
      thread.roomId === roomId ? { ...thread, messages: replace(thread.messages) } : thread,
    ]),
  )
  if (windows === undefined || !inMain) return { ...state, threads }
  const next = windows.map((window) => ({ ...window, messages: replace(window.messages) }))
  return { ...state, threads, windows: { ...state.windows, [roomId]: next } }
}

function withRead(state: State, { roomId, seq, force }: { roomId: string; seq: number; force?: boolean }): State {
  const room = state.rooms[roomId]
  if (room?.my === undefined || (seq <= room.my.readSeq && force !== true)) return state
  const known = state.windows[roomId]?.flatMap(({ messages }) => messages).findLast((message) => message.seq <= seq)
  const readOrdinal = seq >= room.lastSeq ? room.ordinal : (known?.ordinal ?? room.my.readOrdinal)
  const my = { ...room.my, readSeq: seq, readOrdinal }
  return { ...state, rooms: { ...state.rooms, [roomId]: { ...room, my } } }
}
