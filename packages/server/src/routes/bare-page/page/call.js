/** Calls of the API. Addresses are relative, so they work below any prefix. */

// Plain JavaScript, which has no types to be safe by.
/* oxlint-disable typescript/no-unsafe-argument, typescript/no-unsafe-return */

const PATIENCE_MS = 30_000

/** `status` is 0 if no answer came; `retryAfter` is in seconds. */
export async function call(method, path, body, headers = {}) {
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    const response = await fetch(path, { method, body: JSON.stringify(body), headers: { ...type, ...headers }, signal })
    const retryAfter = Number(response.headers.get('retry-after') ?? 1)
    return { ok: response.ok, status: response.status, body: parse(await response.text()), retryAfter }
  } catch {
    return { ok: false, status: 0, body: undefined, retryAfter: 1 }
  }
}

/** A proxy in between may answer with a page of its own. */
function parse(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
