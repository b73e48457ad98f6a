/** Hands an operator's command to the server of the data folder. */

import * as z from 'zod'
import { OPERATOR_PATH, signRequest } from '../operator/credential.ts'
import type { OperatorCommand } from '../operator/operator-command.ts'
import { CommandError } from './exit-code.ts'

const TIMEOUT_MS = 10_000
const problem = z.object({ title: z.string(), detail: z.string().optional() })

/**
 * @returns false if nothing listens there, so that nothing was done
 * @throws CommandError with the server's words
 */
export async function askServer(url: string, secret: string, command: OperatorCommand): Promise<boolean> {
  const response = await post(`${url}${OPERATOR_PATH}`, secret, JSON.stringify(command))
  if (response === undefined) return false
  if (response.status === 204) return true
  const { data } = problem.safeParse(await response.json().catch(() => undefined))
  throw new CommandError(data?.detail ?? data?.title ?? `the server at ${url} answered ${response.status}`)
}

async function post(address: string, secret: string, body: string): Promise<Response | undefined> {
  const headers = { 'content-type': 'application/json', authorization: signRequest(secret, body, Date.now()) }
  try {
    return await fetch(address, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
  } catch (error) {
    if (isRefused(error)) return undefined
    // It may have been carried out all the same, so it is not tried again.
    throw new CommandError('the server ended or fell silent before it answered', { cause: error })
  }
}

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}
