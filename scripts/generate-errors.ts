/** Writes docs/errors.md from the table of errors; with `--check` it only tells whether the file is fresh. */

import { readFileSync, writeFileSync } from 'node:fs'
import { ERRORS, type ClientReaction } from '../packages/protocol/src/errors.ts'

const REACTIONS: Record<ClientReaction, string> = {
  show: 'Tell the person. Sending the same again cannot help.',
  retry: 'Send the same again under the same id, with growing pauses.',
  sign_in: 'The session is over: keep what was not sent, and ask to sign in.',
  reload: 'The local state is behind: load it anew, then decide again.',
  back_off: 'As `retry`, but not before `Retry-After`.',
}

const file = 'docs/errors.md'
const text = `# Errors

<!-- Written by scripts/generate-errors.ts from packages/protocol/src/errors.ts; run: npm run generate -->

Every refusal is \`application/problem+json\` (RFC 9457): \`type\`, \`code\`, \`title\`, \`status\`, \`requestId\`, and where there
is more to say \`detail\` (a sentence), \`pointer\` (where in the body or the query, a JSON pointer) and \`current\` (the object
as it is now, with \`stale\`). Programs go by \`code\`; titles and details may change. The request id stands in the server's
log beside whatever went wrong. Missing things and those that may not be seen are refused alike.

| Code | Status | Title | A client |
|---|---|---|---|
${Object.entries(ERRORS)
  .map(([code, { status, title, client }]) => `| \`${code}\` | ${status} | ${title} | \`${client}\` |`)
  .join('\n')}

## What a client does

${Object.entries(REACTIONS)
  .map(([reaction, meaning]) => `- \`${reaction}\`: ${meaning}`)
  .join('\n')}
`

if (process.argv.includes('--check')) process.exitCode = readFileSync(file, 'utf8') === text ? 0 : 1
else writeFileSync(file, text)
