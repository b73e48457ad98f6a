/** How a hashed password is stored: as a PHC string, so that its cost can be raised later without losing anybody. */

export interface Costs {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

export interface StoredHash extends Costs {
  readonly salt: Buffer
  readonly hash: Buffer
}

/** What a stored string may ask for, so that one that somebody planted cannot take all of the machine. */
const MOST: Costs = { memoryKib: 262_144, passes: 16, lanes: 8 }

const NUMBER = '([1-9][0-9]{0,5})'
const BASE64 = '([A-Za-z0-9+/]+)'
const PHC = new RegExp(`^\\$argon2id\\$v=19\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}\\$${BASE64}\\$${BASE64}$`)

/** @throws Error for anything but an Argon2id hash of bearable cost; it does not repeat the string */
export function parsePhc(text: string): StoredHash {
  const [, memory, passes, lanes, salt = '', hash = ''] = PHC.exec(text) ?? []
  const costs = { memoryKib: Number(memory), passes: Number(passes), lanes: Number(lanes) }
  const stored = { ...costs, salt: bytesOf(salt), hash: bytesOf(hash) }
  if (!isBearable(costs) || !isBetween(stored.salt, 8, 64) || !isBetween(stored.hash, 16, 64)) {
    throw new Error('A stored password is no Argon2id hash that this version can check')
  }
  return stored
}

export function formatPhc({ hash, lanes, memoryKib, passes, salt }: StoredHash): string {
  return `$argon2id$v=19$m=${memoryKib},t=${passes},p=${lanes}$${unpadded(salt)}$${unpadded(hash)}`
}

function isBearable({ lanes, memoryKib, passes }: Costs): boolean {
  return memoryKib >= 8 * lanes && memoryKib <= MOST.memoryKib && passes <= MOST.passes && lanes <= MOST.lanes
}

function isBetween({ length }: Buffer, min: number, max: number): boolean {
  return length >= min && length <= max
}

/** Nothing at all where the text is not what these bytes would be written as. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  return unpadded(bytes) === text ? bytes : Buffer.alloc(0)
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
