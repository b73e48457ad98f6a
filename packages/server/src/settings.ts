/** Every setting of Suda, once: `--help`, docs/configuration.md and the error texts are made from these entries. */

import { isIP } from 'node:net'
import * as z from 'zod'
import { limitSettings } from './limits/limit-settings.ts'
import { entries, type SettingEntry } from './setting-entry.ts'
import { sourceList } from './source-settings.ts'

const wholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^[0-9]{1,9}$/)
    .transform(Number),
])
const list = z.union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])

export const SETTINGS = z.object({
  host: z
    .string()
    .regex(/^[^\s/]+$/)
    .register(entries, {
      flag: 'host',
      env: ['SUDA_HOST'],
      default: '127.0.0.1',
      hint: 'ADDRESS',
      takes: 'an IP address or a host name of this machine',
      doc: 'Where Suda listens; `0.0.0.0` and `::` are all addresses of the machine.',
    }),
  port: wholeNumber.pipe(z.int().min(0).max(65_535)).register(entries, {
    flag: 'port',
    env: ['SUDA_PORT', 'PORT'],
    default: '3000',
    hint: 'NUMBER',
    takes: 'a whole number from 0 to 65535',
    doc: 'The port. `0` picks a free one and prints it.',
  }),
  data: z
    .string()
    .regex(/^[^\0]+$/)
    .register(entries, {
      flag: 'data',
      env: ['SUDA_DATA'],
      default: './data',
      hint: 'FOLDER',
      takes: 'a path',
      doc: 'Where everything is kept, unless that is a MongoDB. Made if it is missing, for its owner alone (0700); one server at a time owns it.',
    }),
  databaseUrl: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\/\S+$/)
    .exactOptional()
    .register(entries, {
      flag: 'database-url',
      env: ['SUDA_DATABASE_URL'],
      hint: 'URL',
      takes: 'an address that begins with mongodb:// or mongodb+srv://',
      doc: 'A MongoDB to store in, a replica set; any number of servers may share it, and the database is `suda` where the address names none. Not given: SQLite in the data folder.',
      isSecret: true,
    }),
  publicUrl: z
    .string()
    .transform(asPublicUrl)
    .exactOptional()
    .register(entries, {
      flag: 'public-url',
      env: ['SUDA_PUBLIC_URL'],
      hint: 'URL',
      takes: 'an address like https://chat.example.org or https://example.org/chat',
      doc: 'The address at which people reach this site; cookies, links and the path prefix follow it. The site answers under it, IP addresses and localhost alone.',
    }),
  signUp: z
    .enum(['invite', 'open', 'closed'])
    .exactOptional()
    .register(entries, {
      flag: 'sign-up',
      env: ['SUDA_SIGN_UP'],
      hint: 'HOW',
      takes: 'invite, open or closed',
      doc: 'Who may sign up. Given here it cannot be changed on the site. Not given: the site’s own setting, `invite` at first.',
    }),
  trustProxy: z.union([z.literal('off').transform(() => false as const), hops(), networks()]).register(entries, {
    flag: 'trust-proxy',
    env: ['SUDA_TRUST_PROXY'],
    default: 'off',
    hint: 'PROXIES',
    takes: 'off, the number of proxies in front, or a comma-separated list of their addresses or networks (CIDR)',
    doc: 'Which proxies in front of Suda are believed in what their `X-Forwarded-*` headers say of the caller.',
  }),
  rateLimits: z
    .enum(['on', 'off'])
    .transform((value) => value === 'on')
    .register(entries, {
      flag: 'rate-limits',
      env: ['SUDA_RATE_LIMITS'],
      default: 'on',
      hint: 'WHETHER',
      takes: 'on or off',
      doc: 'Whether callers are held to a pace, and to a number of open streams (20 a user, 2,000 an address). `off` is for load tests only.',
    }),
  ...limitSettings,
  stopSeconds: wholeNumber.pipe(z.int().min(0).max(3_600)).register(entries, {
    flag: 'stop-seconds',
    env: ['SUDA_STOP_SECONDS'],
    default: '30',
    hint: 'NUMBER',
    takes: 'a whole number from 0 to 3600',
    doc: 'How long a stop may take where other servers serve the same MongoDB: the streams leave little by little, so that they do not come to those all at once. A second signal ends it at once. Everywhere else a stop takes 2 seconds at most.',
  }),
  sources: sourceList.exactOptional().register(entries, {
    env: [],
    hint: 'LIST',
    takes: 'a list of collections as docs/sources.md tells, each with name, collection, room, author and text',
    doc: 'Collections of other programs, in the same MongoDB, whose documents are messages as well.',
  }),
  secret: z
    .string()
    .min(32)
    .exactOptional()
    .register(entries, {
      env: ['SUDA_SECRET'],
      hint: 'TEXT',
      takes: 'at least 32 characters',
      doc: 'From which credentials of this installation are derived. Not given: made at the first start, in the data folder. With a MongoDB it is not needed.',
      isSecret: true,
    }),
  log: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).register(entries, {
    flag: 'log',
    env: ['SUDA_LOG'],
    default: 'info',
    hint: 'LEVEL',
    takes: 'trace, debug, info, warn, error or silent',
    doc: 'What is logged to standard error: readable on a terminal, JSON lines elsewhere.',
  }),
})

export type Settings = z.output<typeof SETTINGS>

/** The names in `suda.config.json` with their entries. */
export const settingEntries: ReadonlyMap<string, SettingEntry> = new Map(
  Object.entries(SETTINGS.shape).flatMap(([key, schema]) => {
    const entry = entries.get(schema)
    return entry === undefined ? [] : [[key, entry] as const]
  }),
)

/** Without a slash at its end. */
function asPublicUrl(text: string, context: z.RefinementCtx): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !isPlain(url)) {
    context.addIssue('not a public address')
    return z.NEVER
  }
  return url.href.replace(/\/+$/, '')
}

function isPlain({ protocol, username, password, search, hash }: URL): boolean {
  return /^https?:$/.test(protocol) && `${username}${password}${search}${hash}` === ''
}

function hops() {
  return wholeNumber.pipe(z.int().min(1).max(32))
}

function networks() {
  return list.pipe(z.array(z.string().refine(isNetwork)).min(1))
}

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const version = isIP(address)
  if (version === 0 || rest.length > 0) return false
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
}
