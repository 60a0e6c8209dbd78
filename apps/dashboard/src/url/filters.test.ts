import { expect, test } from 'vitest';
import {
  activeFilters,
  type FilterField,
  parseFilters,
  turnedAround,
  withFilters,
  withoutFilter,
} from './filters.ts';

const FIELDS: readonly FilterField[] = [
  {
    name: 'status',
    notName: 'notStatus',
    label: 'Status',
    choices: [{ value: 'failed', label: 'Retrying' }],
  },
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

test('a filter is turned around and back, and only where there is a parameter for it', () => {
  const filters = { status: 'failed', repository: 'a' };
  const [status, repository] = activeFilters(filters, FIELDS);
  if (!status || !repository) throw new Error('a filter is missing');
  const turned = turnedAround(filters, status);
  expect(turned).toEqual({ notStatus: 'failed', repository: 'a' });
  expect(parseFilters(withFilters(new URLSearchParams(), FIELDS, turned), FIELDS)).toEqual(turned);
  const [negated] = activeFilters(turned, FIELDS);
  expect(negated).toMatchObject({ name: 'notStatus', value: 'failed', isNegated: true });
  if (negated) expect(turnedAround(turned, negated)).toEqual(filters);
  expect(turnedAround(filters, repository)).toBe(filters);
});
