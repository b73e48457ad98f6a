/** How each proxy is run with the file that the repository has for it. */

import { exampleFile } from './example-file.ts'
import type { Certificate } from './certificate.ts'

export interface ProxyPlace {
  readonly folder: string
  readonly port: number
  /** At which the site is, such as `/chat`; else empty. */
  readonly path: string
  /** Sends everybody on to https. */
  readonly httpPort: number
  /** Of nodes on this machine, three at most; in the place of the others nobody answers. */
  readonly nodePorts: readonly number[]
  readonly certificate: Certificate
}

export interface ProxyKind {
  readonly command: string
  readonly versionFlag: string
  readonly configFile: string
  readonly config: (place: ProxyPlace) => string
  readonly args: (place: ProxyPlace, configPath: string) => string[]
}

/** Of the example. */
export const HOST = 'chat.example.org'
const NODES = ['10.0.0.11:3000', '10.0.0.12:3000', '10.0.0.13:3000']
/** Of the ports that only root may open; nobody listens there. */
const NOBODY = 9

const nginx: ProxyKind = {
  command: 'nginx',
  versionFlag: '-v',
  configFile: 'nginx.conf',
  config: ({ certificate, folder, httpPort, nodePorts, port }) =>
    exampleFile('nginx.conf', [
      ...nodes(nodePorts),
      ['listen 80;', `listen 127.0.0.1:${httpPort};`],
      ['    listen [::]:80;\n', '\n'],
      ['listen 443 ', `listen 127.0.0.1:${port} `],
      ['    listen [::]:443 ssl http2 default_server;\n', '\n'],
      ['    listen [::]:443 ssl http2;\n', '\n'],
      ['/etc/ssl/suda/fullchain.pem', certificate.certFile],
      ['/etc/ssl/suda/privkey.pem', certificate.keyFile],
      ['/run/nginx.pid', `${folder}/nginx.pid`],
      ['/var/log/nginx/', `${folder}/`],
      ['http {\n', `http {\n${temporaryFolders(folder)}`],
    ]),
  args: ({ folder }, configPath) => ['-p', folder, '-e', `${folder}/error.log`, '-c', configPath, '-g', 'daemon off;'],
}

const caddy: ProxyKind = {
  command: 'caddy',
  versionFlag: 'version',
  configFile: 'Caddyfile',
  config: ({ certificate, httpPort, nodePorts, path, port }) => {
    const options = ['admin off', `http_port ${httpPort}`, `https_port ${port}`, 'default_bind 127.0.0.1']
    const site = exampleFile('Caddyfile', [
      ...nodes(nodePorts),
      ['health_uri /health', `health_uri ${path}/health`],
      [`\n${HOST} {\n`, `\n${HOST} {\n\ttls ${certificate.certFile} ${certificate.keyFile}\n`],
    ])
    return `{\n${options.map((option) => `\t${option}\n`).join('')}}\n${site}`
  },
  args: (_, configPath) => ['run', '--adapter', 'caddyfile', '--config', configPath],
}

export const PROXIES = { nginx, caddy } as const satisfies Record<string, ProxyKind>
export type ProxyName = keyof typeof PROXIES

const nodes = (ports: readonly number[]) =>
  NODES.map((node, index) => [node, `127.0.0.1:${ports[index] ?? NOBODY}`] as const)

/** Debian's nginx keeps them where only root may write. */
function temporaryFolders(folder: string): string {
  const kinds = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return kinds.map((kind) => `    ${kind}_temp_path ${folder}/${kind};\n`).join('')
}
