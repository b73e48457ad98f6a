/** A server with people and rooms in it, made by the command line as an operator would. */

import { get } from './http.ts'
import { ServerProcess, type ServerOptions } from './server-process.ts'
import { suda } from './suda-command.ts'

export interface SiteOptions<User extends string, Room extends string> extends ServerOptions {
  /** The first is the owner. */
  readonly users: readonly [User, ...User[]]
  /** Everybody is a member of every room. */
  readonly rooms: readonly Room[]
}

export interface TestSite<User extends string = string, Room extends string = string> {
  readonly server: ServerProcess
  readonly tokens: Readonly<Record<User, string>>
  /** Ids by slug. */
  readonly rooms: Readonly<Record<Room, string>>
  close(): Promise<void>
}

/** Starts a server and makes the users (with a token each) and the private rooms. */
export async function startSite<User extends string, Room extends string>(
  options: SiteOptions<User, Room>,
): Promise<TestSite<User, Room>> {
  const server = await ServerProcess.start(options)
  try {
    return { server, ...(await populate(server, options)), close: () => server.close() }
  } catch (error) {
    await server.close()
    throw error
  }
}

async function populate<User extends string, Room extends string>(
  server: ServerProcess,
  { users, rooms }: SiteOptions<User, Room>,
) {
  const [owner, ...others] = users
  await addUser(server, owner, 'owner')
  await inPairs(others, (name) => addUser(server, name, 'member'))
  const tokens: Partial<Record<User, string>> = {}
  await inPairs([...users.map((name) => ({ name })), ...rooms.map((slug) => ({ slug }))], async (todo) => {
    if ('name' in todo) tokens[todo.name] = await addToken(server, todo.name)
    else await addRoom(server, todo.slug, users)
  })
  const all = tokens as Record<User, string>
  const body = await get(`${server.url}/api/rooms`, all[owner])
  const ids = Object.fromEntries(body.rooms.map((room: { slug: string; id: string }) => [room.slug, room.id]))
  return { tokens: all, rooms: ids as Record<Room, string> }
}

async function addUser({ siteFlags }: ServerProcess, name: string, role: 'owner' | 'member'): Promise<void> {
  await suda(['user', 'add', name, '--password-stdin', '--role', role, ...siteFlags], `correct horse ${name}\n`)
}

/** @returns the token */
function addToken({ siteFlags }: ServerProcess, name: string): Promise<string> {
  return suda(['token', 'add', name, '--label', 'test', ...siteFlags])
}

async function addRoom({ siteFlags }: ServerProcess, slug: string, [owner = '', ...members]: readonly string[]) {
  const memberFlags = members.flatMap((name) => ['--member', name])
  await suda(['room', 'add', slug, '--private', '--owner', owner, ...memberFlags, ...siteFlags])
}

/** Two at a time: each is a process, and the machines that this runs on have two cores. */
async function inPairs<T>(todo: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...todo]
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item)
  }
  await Promise.all([worker(), worker()])
}
