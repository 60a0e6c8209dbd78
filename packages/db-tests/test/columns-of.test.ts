import { columnsOf } from '@hookline/db';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { useDatabase } from './support/use-database.ts';

const { open } = useDatabase();

/** What an array literal gives a meaning to is likelier here than in any text. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll('\0', '')),
  fc.string({ unit: fc.constantFrom('{', '}', '"', '\\', ',', ' ', '\n', '\t', "'", 'a', 'é', '\u2028') }),
  fc.constantFrom('', 'null', 'NULL', 'Null', '{}', '"', '\\', '\\\\"', ' ', 'a,b'),
);
const row = fc.record({
  text: fc.option(text, { nil: undefined }),
  number: fc.option(
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    { nil: undefined },
  ),
  flag: fc.option(fc.boolean(), { nil: null }),
  time: fc
    .date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
});

it('brings rows to Postgres as they are, whatever is in them', async () => {
  const { database } = await open();
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      const { rows: stored } = await database.system(
        `select text, number, flag, (extract(epoch from time) * 1000)::float8 as "timeMs"
         from unnest($1::text[], $2::float8[], $3::boolean[], $4::timestamptz[]) with ordinality
           as t(text, number, flag, time, position)
         order by position`,
        columnsOf(rows, ['text', 'number', 'flag', 'time']),
      );
      expect(stored).toEqual(
        rows.map(({ text, number, flag, time }) => ({
          text: text ?? null,
          number: number ?? null,
          flag,
          timeMs: Date.parse(time),
        })),
      );
    }),
    { numRuns: 200 },
  );
});

it('brings texts that need quotes to Postgres as they are, however often and in however many forms they come', async () => {
  const { database } = await open();
  const rows = Array.from({ length: 300 }, (_, index) => ({ text: `["\\${index % 100}", "a,b"]` }));
  const { rows: stored } = await database.system(
    'select text from unnest($1::text[]) with ordinality as t(text, position) order by position',
    columnsOf(rows, ['text']),
  );
  expect(stored).toEqual(rows);
});
