import { expect, test } from 'vitest';
import { decodeCursor, MAX_COUNTED, readPage } from './page.ts';

const ROWS = Array.from({ length: 25 }, (_, n) => ({ id: `evt_${String(n).padStart(2, '0')}` }));

const read = (query: { limit: number; cursor?: string; offset?: number }, counted = ROWS.length) => {
  const ranges: object[] = [];
  const page = readPage(query, {
    list: async (range) => {
      ranges.push(range);
      const rows = ROWS.filter(({ id }) => range.after === undefined || id > range.after);
      return rows.slice(range.offset, range.offset + range.limit);
    },
    count: async (limit) => Math.min(counted, limit),
    cursorOf: ({ id }) => id,
    idPrefix: 'evt',
    toItem: ({ id }) => id,
  });
  return { page, ranges };
};

test('pages that follow each other by cursor show every row once, and only the first one has a total', async () => {
  const shown: string[] = [];
  const totals: unknown[] = [];
  let cursor: string | undefined;
  do {
    const { data, page } = await read({ limit: 10, ...(cursor === undefined ? {} : { cursor }) }).page;
    shown.push(...data);
    totals.push(page.total);
    expect(page.hasMore).toBe(page.nextCursor !== null);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(shown).toEqual(ROWS.map(({ id }) => id));
  expect(totals).toEqual([25, undefined, undefined]);
});

test('an offset skips rows and is part of the answer', async () => {
  const { page, ranges } = read({ limit: 10, offset: 20 });
  expect(await page).toEqual({
    data: ROWS.slice(20).map(({ id }) => id),
    page: { limit: 10, hasMore: false, nextCursor: null, offset: 20, total: 25, totalExact: true },
  });
  expect(ranges).toEqual([{ after: undefined, offset: 20, limit: 11 }]);
});

test('a list of more rows than are counted has an inexact total', async () => {
  expect((await read({ limit: 1 }, MAX_COUNTED).page).page).toMatchObject({
    total: MAX_COUNTED,
    totalExact: true,
  });
  expect((await read({ limit: 1 }, MAX_COUNTED + 1).page).page).toMatchObject({
    total: MAX_COUNTED,
    totalExact: false,
  });
});

test('a text that is no cursor, or one of another list, is refused, and the error names the field', () => {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  expect(decodeCursor(encode('evt_01 ep_02'), 'evt', 2)).toBe('evt_01 ep_02');
  const others = ['ep_02', 'evtx_01', 'xevt_01', 'evt_01 ep_02'].map(encode);
  for (const text of ['', 'x', encode('evt'), encode('evt_\u0000'), encode("evt_1' or '1'='1"), ...others])
    expect(() => decodeCursor(text, 'evt'), text).toThrow(
      'querystring/cursor must be the `nextCursor` of a page of this list',
    );
});
