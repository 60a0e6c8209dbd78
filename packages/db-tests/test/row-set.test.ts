import { type RowOf, rowSet, statement } from '@hookline/db';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { useDatabase } from './support/use-database.ts';

const { open } = useDatabase();

const ROW = rowSet({
  text: 'text?',
  number: 'float8?',
  flag: 'boolean?',
  time: 'timestamptz',
  json: 'jsonb?',
  bytes: 'bytea?',
});

/** Characters with a meaning in an array literal are likelier here than in other text. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', '')),
  fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', ',', ' ', '\n', '\t', "'", 'a', 'é', '\u2028') }),
  fc.constantFrom('', 'null', 'NULL', 'Null', '{}', '"', '\\', '\\\\"', ' ', 'a,b'),
);
const rows = fc.array(
  fc.record<RowOf<typeof ROW>>({
    text: fc.option(text, { nil: undefined }),
    number: fc.option(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
      { nil: undefined },
    ),
    flag: fc.option(fc.boolean(), { nil: null }),
    time: fc
      .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    json: fc.option(
      text.map((value) => JSON.stringify({ value })),
      { nil: undefined },
    ),
    bytes: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }),
  }),
  { maxLength: 20 },
);

const READ =
  'select text, number, flag, (extract(epoch from time) * 1000)::float8 as "timeMs", json, bytes from';
const asRead = ({ text, number, flag, time, json, bytes }: RowOf<typeof ROW>) => ({
  text: text ?? null,
  number: number ?? null,
  flag,
  timeMs: Date.parse(time),
  json: json === undefined || json === null ? null : JSON.parse(json),
  bytes: bytes ? Buffer.from(bytes) : null,
});

test('Postgres gets the rows of a statement exactly as they are, in their order, beside values by name', async () => {
  const { database } = await open();
  const read = statement(
    { first: 'integer', rows: ROW, more: rowSet({ id: 'integer' }), last: 'text?' },
    ({ first, rows, more, last }) => `
      with r as materialized (select * from ${rows('r')})
      select (select coalesce(jsonb_agg(id), '[]') from ${more('m')}) as more, ${first} as first, ${last} as last,
             r.rows
      from (select array_agg(row_to_json(r)) as rows from r) r`,
  );
  const { rows: result } = await read.run(database, {
    first: 7,
    rows: [{ text: 'a', number: 1, flag: true, time: '2026-01-01T00:00:00Z', json: '{}', bytes: undefined }],
    more: [{ id: 3 }, { id: 4 }],
    last: undefined,
  });
  expect(result).toMatchObject([
    { first: 7, last: null, more: [3, 4], rows: [{ text: 'a', number: 1, flag: true, bytes: null }] },
  ]);

  const all = statement({ rows: ROW }, ({ rows }) => `${READ} ${rows('r')}`);
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      expect((await all.run(database, { rows: given })).rows).toEqual(given.map(asRead));
    }),
    { numRuns: 200 },
  );
});

test('Postgres gets the rows of a drizzle statement exactly as they are', async () => {
  const { database } = await open();
  await fc.assert(
    fc.asyncProperty(rows, async (given) => {
      const { rows: read } = await database.withSystem((tx) =>
        tx.execute(sql`${sql.raw(READ)} ${ROW.unnestRows(given, 'r')}`),
      );
      expect(read).toEqual(given.map(asRead));
    }),
    { numRuns: 20 },
  );
});

test('Postgres gets texts that need quotes exactly as they are, however often the same text comes', async () => {
  const { database } = await open();
  const given = Array.from({ length: 300 }, (_, index) => ({ text: `["\\${index % 100}", "a,b"]` }));
  const read = statement({ rows: rowSet({ text: 'text' }) }, ({ rows }) => `select text from ${rows('r')}`);
  expect((await read.run(database, { rows: given })).rows).toEqual(given);
});

test('a row set without a column that is never NULL is refused, because its last rows could be lost', () => {
  const optional = rowSet({ a: 'text?', b: 'integer?' });
  expect(() => optional.unnest('o', 1)).toThrow('never NULL');
  expect(() => optional.unnestRows([], 'o')).toThrow('never NULL');
  expect(rowSet({ ...optional.types, c: 'bigint' }).unnest('o', 4)).toBe(
    'unnest($4::text[], $5::integer[], $6::bigint[]) as o(a, b, c)',
  );
  expect(optional.columns('o')).toBe('o.a, o.b');
});
