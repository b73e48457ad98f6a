/** How documents of other programs are read: whatever stands in them is read without an error. */

import type { BSONSerializeOptions } from 'mongodb'

export const FOREIGN_BSON = {
  bsonRegExp: true,
  enableUtf8Validation: false,
  ignoreUndefined: false,
} as const satisfies BSONSerializeOptions
