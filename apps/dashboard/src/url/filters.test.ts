import { expect, test } from 'vitest';
import { type FilterField, parseFilters, withFilters, withoutFilter } from './filters.ts';

const FIELDS: readonly FilterField[] = [
  { name: 'status', label: 'Status', choices: [{ value: 'failed', label: 'Retrying' }] },
  { name: 'repository', label: 'Repository' },
];

test('filters are read from the address; empty ones, unknown choices and other parameters are not filters', () => {
  expect(parseFilters(new URLSearchParams('status=failed&repository= acme/api &range=1h'), FIELDS)).toEqual({
    status: 'failed',
    repository: 'acme/api',
  });
  expect(parseFilters(new URLSearchParams('status=lost&repository='), FIELDS)).toEqual({});
});

test('new filters replace the old ones, and the other parameters of the address stay', () => {
  const search = new URLSearchParams('status=failed&range=1h');
  expect(withFilters(search, FIELDS, { repository: 'a&b' }).toString()).toBe('range=1h&repository=a%26b');
});

test('what is written into an address is read from it again', () => {
  const filters = { status: 'failed', repository: 'Zoë/ä b' };
  expect(parseFilters(withFilters(new URLSearchParams(), FIELDS, filters), FIELDS)).toEqual(filters);
});

test('one filter is removed and the others stay', () => {
  expect(withoutFilter({ status: 'failed', repository: 'a' }, 'status')).toEqual({ repository: 'a' });
});
