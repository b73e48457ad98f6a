/** `npm run fix`: lets oxlint and prettier mend what they can mend themselves. */

import { spawnSync } from 'node:child_process'

for (const command of ['oxlint --fix', 'prettier --write --log-level=warn .']) {
  const { status } = spawnSync(command, { shell: true, stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
