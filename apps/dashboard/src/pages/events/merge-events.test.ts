import { expect, test } from 'vitest';
import type { EventRow } from './event-row.ts';
import { LARGEST_FIRST_PAGE, mergeFirstPage, prependLive } from './merge-events.ts';

const row = (number: number, status: EventRow['status'] = 'processed'): EventRow => ({
  id: `evt_${String(number).padStart(6, '0')}`,
  type: 'order.paid',
  provider: 'app',
  source: '/app',
  subject: null,
  repository: null,
  action: null,
  userId: 'acme',
  receivedAt: '2026-03-01T12:00:00.000Z',
  via: 'api',
  status,
});
const page = (rows: EventRow[], nextCursor: string | null = 'c') => ({
  data: rows,
  page: { nextCursor, hasMore: nextCursor !== null },
});
const idsOf = (rows: readonly EventRow[]) => rows.map(({ id }) => Number(id.slice(4)));

test('new events come first, known ones get their new status, and later pages stay', () => {
  const list = {
    pages: [page([row(3, 'pending'), row(2)]), page([row(1)], null)],
    pageParams: [undefined, 'c'],
  };
  const merged = mergeFirstPage(list, page([row(4), row(3, 'failed')]), false);
  expect(idsOf(merged.pages.flatMap(({ data }) => data))).toEqual([4, 3, 2, 1]);
  expect(merged.pages[0]?.data[1]?.status).toBe('failed');
  expect(merged.pages[1]).toBe(list.pages[1]);
  expect(merged.pageParams).toEqual([undefined, 'c']);
});

test('the list begins again when so many events came that the new page does not reach it', () => {
  const list = { pages: [page([row(3)]), page([row(2)])], pageParams: [undefined, 'c'] };
  const merged = mergeFirstPage(list, page([row(9), row(8)], 'later'), false);
  expect(idsOf(merged.pages.flatMap(({ data }) => data))).toEqual([9, 8]);
  expect(merged.pageParams).toEqual([undefined]);
});

test('an event that no longer matches goes, but not while rows must not move', () => {
  const list = {
    pages: [page([row(4, 'pending'), row(3, 'pending'), row(2, 'pending')])],
    pageParams: [undefined],
  };
  const fresh = page([row(4, 'pending'), row(2, 'pending')]);
  expect(idsOf(mergeFirstPage(list, fresh, false).pages.flatMap(({ data }) => data))).toEqual([4, 2]);
  expect(idsOf(mergeFirstPage(list, fresh, true).pages.flatMap(({ data }) => data))).toEqual([4, 3, 2]);
  const none = page([], null);
  expect(mergeFirstPage(list, none, false).pages).toEqual([none]);
});

test('a new page without a next one is all there is, and is put before an empty list', () => {
  const list = { pages: [page([], null)], pageParams: [undefined] };
  expect(idsOf(mergeFirstPage(list, page([row(1)], null), false).pages.flatMap(({ data }) => data))).toEqual([
    1,
  ]);
});

test('a first page that has grown too large is read again', () => {
  const many = Array.from({ length: LARGEST_FIRST_PAGE }, (_, index) => row(LARGEST_FIRST_PAGE - index));
  const list = { pages: [page(many)], pageParams: [undefined] };
  const merged = mergeFirstPage(list, page([row(LARGEST_FIRST_PAGE + 1), row(LARGEST_FIRST_PAGE)]), false);
  expect(merged.pages[0]?.data).toHaveLength(2);
});

test('a page of a rare filter without events leaves the list as it is, and the first event replaces an empty list', () => {
  const list = { pages: [page([]), page([row(1)], null)], pageParams: [undefined, 'c'] };
  expect(mergeFirstPage(list, page([]), false)).toBe(list);
  const empty = { pages: [page([]), page([])], pageParams: [undefined, 'c'] };
  const fresh = page([row(2)], 'later');
  expect(mergeFirstPage(empty, fresh, false)).toEqual({ pages: [fresh], pageParams: [undefined] });
});

test('a list whose rows must not move gets new statuses, and begins again only later', () => {
  const list = { pages: [page([row(3, 'pending')])], pageParams: [undefined] };
  const gap = mergeFirstPage(list, page([row(9), row(8)], 'later'), true);
  expect(idsOf(gap.pages.flatMap(({ data }) => data))).toEqual([3]);
  const connected = mergeFirstPage(list, page([row(4), row(3)]), true);
  expect(connected.pages[0]?.data.map(({ id, status }) => [Number(id.slice(4)), status])).toEqual([
    [4, 'processed'],
    [3, 'processed'],
  ]);
});

test('an event of the live feed is shown once, also when the list has it already', () => {
  const listed = [row(2), row(1)];
  expect(idsOf(prependLive([row(4), row(3), row(2)], listed))).toEqual([4, 3, 2, 1]);
  expect(prependLive([row(2)], listed)).toBe(listed);
});
