/** Reads of a storage to which nothing is written any more: each question is asked once. */

import type { Storage } from '../storage/storage.ts'

export function settledStorage(inner: Storage): Storage {
  const answers = new Map<string, unknown>()
  return new Proxy(inner, {
    get: (target, name) => {
      const read: unknown = Reflect.get(target, name)
      if (typeof read !== 'function') return read
      return (...question: readonly unknown[]) => {
        const key = JSON.stringify([name, ...question])
        if (!answers.has(key)) answers.set(key, read.apply(target, question))
        return answers.get(key)
      }
    },
  })
}
