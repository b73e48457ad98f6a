/** A storage that lets a test act in the moment between a command's look and its commit. */

import type { Storage } from '../storage/storage.ts'

export interface HookedStorage {
  readonly storage: Storage
  /** Runs before the next commit of anybody, once; commits of the hook itself pass. */
  readonly beforeNextCommit: (hook: () => Promise<unknown>) => void
}

export function hookedStorage(inner: Storage): HookedStorage {
  let next: (() => Promise<unknown>) | undefined
  const commit: Storage['commit'] = async (drafts, options) => {
    const hook = next
    next = undefined
    await hook?.()
    return inner.commit(drafts, options)
  }
  return {
    storage: new Proxy(inner, { get: (target, name) => (name === 'commit' ? commit : bound(target, name)) }),
    beforeNextCommit: (hook) => {
      next = hook
    },
  }
}

function bound(target: Storage, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name)
  return typeof value === 'function' ? value.bind(target) : value
}
