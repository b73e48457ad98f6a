/** The HTTP API as one typed function. It repeats what can be repeated, and tells every refusal as a `ChatError`. */

import { ChatError, ERRORS, type Calls } from '@suda/protocol'
import type { Platform } from '../platform.ts'
import { retryPauseMs } from './pause.ts'
import { addressOf, requestInit, type AddressParts } from './request.ts'
import { send } from './send.ts'

const TIME_OUT_MS = 20_000
const POLL_SLACK_MS = 10_000
const PATIENCE_MS = 10_000

/** Calls that are answered with JSON or nothing at all. */
export type CallName = { [Name in keyof Calls]: Calls[Name]['answer'] extends string ? never : Name }[keyof Calls]

export type CallAnswer<Name extends CallName> = Calls[Name]['answer']

export interface CallSettings {
  /** Ends the call, which rejects with its reason. */
  readonly signal?: AbortSignal
  /** The `Idempotency-Key`, a UUID, of a call that was made before already; absent: a new one. */
  readonly key?: string
  /** For how long it may be begun again where that can help, in milliseconds; 0: not at all. Absent: 10 s. */
  readonly patience?: number
}

export type CallInput<Name extends CallName> = Omit<Calls[Name], 'answer'> & CallSettings

/** Nothing need be given where nothing is required. */
type Given<Name extends CallName> =
  object extends CallInput<Name> ? [input?: CallInput<Name>] : [input: CallInput<Name>]

export interface Api {
  /**
   * Calls that change something carry a key under which the server does them once, however often they are sent; those
   * that cannot have one (to sign in, for example) are sent once.
   * @throws ChatError the refusal; `unavailable` where no answer of the server came
   * @throws unknown the reason of `signal`
   */
  call<Name extends CallName>(name: Name, ...input: Given<Name>): Promise<CallAnswer<Name>>
}

export interface ApiOptions {
  /** Where the site is, with its prefix; empty for the origin of the page. */
  readonly url: string
  /** Instead of the cookie. */
  readonly token?: string
  readonly platform: Pick<Platform, 'after' | 'fetch' | 'newId' | 'now' | 'random' | 'wallClock'>
  /** The server does not know, or no longer, who this is. Perhaps more than once. */
  readonly onSignedOut?: () => void
  /** The server tells its build and its version of the protocol, for the first time or other ones than before. */
  readonly onBuild?: (build: string, protocol: number) => void
}

interface Input extends AddressParts, CallSettings {
  readonly body?: unknown
}

export function createApi({ onBuild, onSignedOut, platform, token, url }: ApiOptions): Api {
  let lastBuild: string | null = null
  const onResponse = ({ headers }: Response): void => {
    const build = headers.get('suda-build')
    if (build === null || build === lastBuild) return
    lastBuild = build
    onBuild?.(build, Number(headers.get('suda-protocol')))
  }

  function call<Name extends CallName>(name: Name, ...input: Given<Name>): Promise<CallAnswer<Name>>
  async function call(name: CallName, input: Input = {}): Promise<unknown> {
    const [method = '', path = ''] = name.split(' ')
    const { body, key = keyFor(name, body), patience = PATIENCE_MS, signal } = input
    const init = requestInit({ method, accept: 'application/json', token, key, body })
    const sending = { url: addressOf(url, path, input), init, timeOutMs: timeOutMs(input), signal, onResponse }
    const until = platform.now() + (ONCE.has(name) ? 0 : patience)
    for (let attempt = 0; ; attempt++) {
      try {
        return await send(platform, sending)
      } catch (error) {
        if (!(error instanceof ChatError)) throw error
        if (error.code === 'unauthenticated') onSignedOut?.()
        const pauseMs = retryPauseMs(attempt, error, platform.random())
        if (!canRepeat(error) || platform.now() + pauseMs > until) throw error
        await pause(pauseMs, signal)
      }
    }
  }

  function keyFor(name: CallName, body: unknown): string | undefined {
    const hasOwnId = typeof body === 'object' && body !== null && 'id' in body
    return name.startsWith('GET') || hasOwnId || ONCE.has(name) || SIGNALS.has(name) ? undefined : platform.newId()
  }

  function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const cancel = platform.after(signal?.aborted === true ? 0 : ms, end)
      function end(): void {
        cancel()
        signal?.removeEventListener('abort', end)
        // Where it was aborted, the next attempt says so before anything is sent.
        resolve()
      }
      signal?.addEventListener('abort', end)
    })
  }

  return { call }
}

/** Each begins a session, whose cookie cannot be had a second time. */
const ONCE: ReadonlySet<CallName> = new Set<CallName>([
  'POST /api/setup',
  'POST /api/sign-up',
  'POST /api/sign-in',
  'POST /api/sessions',
])

/** Harmless twice; and nothing of them is stored, which a key would be. */
const SIGNALS: ReadonlySet<CallName> = new Set<CallName>([
  'POST /api/rooms/{room}/typing',
  'PUT /api/streams/{stream}/watch',
])

function canRepeat({ code }: ChatError): boolean {
  const reaction = ERRORS[code].client
  return reaction === 'retry' || reaction === 'back_off'
}

function timeOutMs({ query = {} }: AddressParts): number {
  return 'wait' in query && Number(query.wait) > 0 ? Number(query.wait) * 1_000 + POLL_SLACK_MS : TIME_OUT_MS
}
