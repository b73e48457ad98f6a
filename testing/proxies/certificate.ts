/** A certificate that signs itself, for a proxy that ends TLS. */

import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
  /** What clients are to trust. */
  readonly ca: string
}

/** @throws Error where there is no openssl */
export function makeCertificate(folder: string, host: string): Certificate {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-keyout', keyFile]
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`]
  const { status, stderr, error } = spawnSync('openssl', [
    'req',
    '-x509',
    '-days',
    '2',
    ...key,
    ...names,
    '-out',
    certFile,
  ])
  if (status !== 0) throw new Error(`openssl made no certificate: ${error?.message ?? String(stderr)}`)
  return { certFile, keyFile, ca: readFileSync(certFile, 'utf8') }
}
