/** `curl` to a site behind a proxy that ends TLS, as if its name were in the DNS. */

import { curl } from '../conformance/curl.ts'
import type { SiteBehindProxy } from './a-site.ts'

export interface CurlAnswer {
  readonly status: number
  readonly httpVersion: string
  readonly seconds: number
  readonly headers: string
  readonly body: string
  /** Of curl itself; 0 unless there was no answer. */
  readonly exitCode: number | null
}

/** @param url of the site, or below it; `args` as curl takes them */
export async function curlTo({ proxy, tls }: SiteBehindProxy, url: string, ...args: string[]): Promise<CurlAnswer> {
  const { httpPort, port } = proxy.address
  const known = [port, httpPort].flatMap((number) => ['--resolve', `${tls.host}:${number}:127.0.0.1`])
  const trusted = ['--cacert', proxy.certificate.certFile]
  const figures = ['-w', '\n%{http_code} %{http_version} %{time_total}', '-D', '-', '-m', '20']
  const running = curl(...known, ...trusted, ...figures, ...args, url)
  const exitCode = await running.ended
  const [, all = '', status = '', httpVersion = '', seconds = ''] =
    /^(.*)\n(\d+) (\S+) (\S+)$/s.exec(running.output) ?? []
  // curl shows the head of a 100 as well; the body follows the last one.
  const heads = /^(?:HTTP\/\S+ [^]*?\r\n\r\n)+/.exec(all)?.[0] ?? ''
  return {
    status: Number(status),
    httpVersion,
    seconds: Number(seconds),
    headers: heads.toLowerCase(),
    body: all.slice(heads.length),
    exitCode,
  }
}
