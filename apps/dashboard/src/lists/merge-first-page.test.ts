import { expect, test } from 'vitest';
import { LARGEST_FIRST_PAGE, mergeFirstPage, type Pages } from './merge-first-page.ts';
import type { Page } from './use-list.ts';

interface Row {
  id: string;
  status: 'pending' | 'failed' | 'processed';
}

const row = (number: number, status: Row['status'] = 'processed'): Row => ({
  id: `evt_${String(number).padStart(6, '0')}`,
  status,
});
const page = (rows: Row[], nextCursor: string | null = 'c'): Page<Row> => ({
  data: rows,
  page: { nextCursor, hasMore: nextCursor !== null },
});
const merge = (list: Pages<Page<Row>>, fresh: Page<Row>, isHeld: boolean) =>
  mergeFirstPage(list, fresh, { isHeld, orderOf: ({ id }: Row) => id });
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => Number(id.slice(4)));

test('new events come first, known ones get their new status, and later pages stay', () => {
  const list = {
    pages: [page([row(3, 'pending'), row(2)]), page([row(1)], null)],
    pageParams: [undefined, 'c'],
  };
  const merged = merge(list, page([row(4), row(3, 'failed')]), false);
  expect(idsOf(merged.pages.flatMap(({ data }) => data))).toEqual([4, 3, 2, 1]);
  expect(merged.pages[0]?.data[1]?.status).toBe('failed');
  expect(merged.pages[1]).toBe(list.pages[1]);
  expect(merged.pageParams).toEqual([undefined, 'c']);
});

test('the list begins again when so many events came that the new page does not reach it', () => {
  const list = { pages: [page([row(3)]), page([row(2)])], pageParams: [undefined, 'c'] };
  const merged = merge(list, page([row(9), row(8)], 'later'), false);
  expect(idsOf(merged.pages.flatMap(({ data }) => data))).toEqual([9, 8]);
  expect(merged.pageParams).toEqual([undefined]);
});

test('an event that no longer matches goes, but not while rows must not move', () => {
  const list = {
    pages: [page([row(4, 'pending'), row(3, 'pending'), row(2, 'pending')])],
    pageParams: [undefined],
  };
  const fresh = page([row(4, 'pending'), row(2, 'pending')]);
  expect(idsOf(merge(list, fresh, false).pages.flatMap(({ data }) => data))).toEqual([4, 2]);
  expect(idsOf(merge(list, fresh, true).pages.flatMap(({ data }) => data))).toEqual([4, 3, 2]);
  const none = page([], null);
  expect(merge(list, none, false).pages).toEqual([none]);
});

test('a new page without a next one is all there is, and is put before an empty list', () => {
  const list = { pages: [page([], null)], pageParams: [undefined] };
  expect(idsOf(merge(list, page([row(1)], null), false).pages.flatMap(({ data }) => data))).toEqual([1]);
});

test('a first page that has grown too large is read again', () => {
  const many = Array.from({ length: LARGEST_FIRST_PAGE }, (_, index) => row(LARGEST_FIRST_PAGE - index));
  const list = { pages: [page(many)], pageParams: [undefined] };
  const merged = merge(list, page([row(LARGEST_FIRST_PAGE + 1), row(LARGEST_FIRST_PAGE)]), false);
  expect(merged.pages[0]?.data).toHaveLength(2);
});

test('a page of a rare filter without events leaves the list as it is, and the first event replaces an empty list', () => {
  const list = { pages: [page([]), page([row(1)], null)], pageParams: [undefined, 'c'] };
  expect(merge(list, page([]), false)).toBe(list);
  const empty = { pages: [page([]), page([])], pageParams: [undefined, 'c'] };
  const fresh = page([row(2)], 'later');
  expect(merge(empty, fresh, false)).toEqual({ pages: [fresh], pageParams: [undefined] });
});

test('a list whose rows must not move gets new statuses, and begins again only later', () => {
  const list = { pages: [page([row(3, 'pending')])], pageParams: [undefined] };
  const gap = merge(list, page([row(9), row(8)], 'later'), true);
  expect(idsOf(gap.pages.flatMap(({ data }) => data))).toEqual([3]);
  const connected = merge(list, page([row(4), row(3)]), true);
  expect(connected.pages[0]?.data.map(({ id, status }) => [Number(id.slice(4)), status])).toEqual([
    [4, 'processed'],
    [3, 'processed'],
  ]);
});

test('a row that matches only now is put where it belongs, not before newer ones', () => {
  const list = { pages: [page([row(5), row(2)])], pageParams: [undefined] };
  const merged = merge(list, page([row(5), row(4), row(2)], 'later'), false);
  expect(idsOf(merged.pages.flatMap(({ data }) => data))).toEqual([5, 4, 2]);
});
