/** What may stand in a document of another program. */

import { Binary, BSONRegExp, Code, Decimal128, Double, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } from 'mongodb'

/** Of every type but text, some with names that mean something to somebody. */
export function hostileValues(): unknown[] {
  return [
    null,
    true,
    7,
    1e300,
    Number.NaN,
    new Double(-0),
    Long.MAX_VALUE,
    Decimal128.fromString('1E+6144'),
    ['a'],
    { $gt: '' },
    { $where: 'sleep(1000)', constructor: 1, toString: 1, toJSON: 1 },
    JSON.parse('{ "__proto__": { "text": "x" } }'),
    { $ref: 'users', $id: new ObjectId(), $db: 'admin' },
    new ObjectId(),
    new UUID(),
    new Binary(Buffer.alloc(10)),
    new Date(253402300799999),
    new Date(Number.NaN),
    new BSONRegExp('(?i)a(', 'x'),
    new Code('while (true) {}', { a: 1 }),
    new Timestamp({ t: 1, i: 1 }),
    new MinKey(),
    new MaxKey(),
  ]
}

/** Each may be an `_id`. */
export function hostileIds(): unknown[] {
  return [
    '',
    'inbox x',
    'x'.repeat(10_000),
    0,
    -1.5,
    Long.MIN_VALUE,
    Decimal128.fromString('0.1'),
    true,
    new Date(5),
    new UUID(),
    new Binary(Buffer.alloc(3)),
    { a: { $gt: 1 }, constructor: 1 },
    new MinKey(),
    new MaxKey(),
    new Timestamp({ t: 1, i: 1 }),
  ]
}
