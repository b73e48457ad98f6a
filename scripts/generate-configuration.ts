/** Writes docs/configuration.md from the settings' entries; with `--check` it only tells whether the file is fresh. */

import { readFileSync, writeFileSync } from 'node:fs'
import { CONFIG_FILE } from '../packages/server/src/config.ts'
import type { SettingEntry } from '../packages/server/src/setting-entry.ts'
import { settingEntries } from '../packages/server/src/settings.ts'

const file = 'docs/configuration.md'
const text = `# Configuration

<!-- Written by scripts/generate-configuration.ts from packages/server/src/settings.ts; run: npm run generate -->

Everything has a default, so \`suda\` starts without any of this. A flag wins over the environment, the environment over
\`${CONFIG_FILE}\` in the folder where Suda is started, a JSON object with the names of the last column:
\`{ "port": 8080, "publicUrl": "https://chat.example.org" }\`. An empty variable counts as none; of two variables the
first one wins. A \`SUDA_…\` variable or a name in the file that Suda does not know is an error, and so is a value that it
cannot use: it says so in one line and ends with exit code 64.

A pace is how many may come in a second (\`5/s\`), a minute (\`30/min\`) or an hour (\`5/h\`), or in several of them
(\`1/3s\`, \`10/15min\`); after a comma how many may come at once after a while of nothing (\`5/s,20\`), which otherwise is
the first number. Who is faster gets 429 with \`Retry-After\`. Each server counts for itself and forgets at its end.

| Flag | Variable | Default | What it does | In the file |
|---|---|---|---|---|
${[...settingEntries].map(row).join('\n')}
`

if (process.argv.includes('--check')) process.exitCode = readFileSync(file, 'utf8') === text ? 0 : 1
else writeFileSync(file, text)

function row([key, { flag, env, default: byDefault, takes, doc }]: [string, SettingEntry]): string {
  const cells = [
    flag === undefined ? '' : `\`--${flag}\``,
    env.map((name) => `\`${name}\``).join(', '),
    byDefault === undefined ? 'none' : `\`${byDefault}\``,
    `${doc} Takes ${takes}.`,
    `\`${key}\``,
  ]
  return `| ${cells.join(' | ')} |`
}
