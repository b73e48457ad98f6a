import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from '../../faults/kit/suda-command.ts'
import { exampleFile } from '../../testing/proxies/example-file.ts'

const document = readFileSync(join(root, 'docs/deploy.md'), 'utf8')

test('docs/deploy.md names every file of examples/deploy', () => {
  const files = readdirSync(join(root, 'examples/deploy'))

  expect(files.filter((file) => !document.includes(`\`${file}\``))).toEqual([])
})

test.each([
  ['nginx.conf', 'proxy_read_timeout 75s'],
  ['nginx.conf', 'proxy_next_upstream error timeout'],
  ['nginx.conf', 'client_max_body_size 64k'],
  ['nginx.conf', 'keepalive_timeout 50s'],
  ['nginx.conf', 'worker_rlimit_nofile 65536'],
  ['nginx.conf', 'worker_connections 32768'],
  ['Caddyfile', 'keepalive 50s'],
  ['suda.service', 'TimeoutStopSec=40'],
  ['suda.service', 'LimitNOFILE=65536'],
])('what docs/deploy.md says of %s stands there: %s', (file, line) => {
  expect(document).toContain(line)
  expect(exampleFile(file)).toContain(line)
})
