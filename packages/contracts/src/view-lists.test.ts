import Value from 'typebox/value';
import { expect, test } from 'vitest';
import { VIEW_LISTS } from './api/index.ts';
import { VIEW_FILTERS, VIEW_OPERATIONS } from './view-lists.ts';

test.each(VIEW_LISTS)('the list %s has filters, and none is needed', (list) => {
  const { properties } = VIEW_FILTERS[list];
  expect(Object.keys(properties)).toContain('userId');
  expect(Value.Check(VIEW_FILTERS[list], {})).toBe(true);
  expect(VIEW_OPERATIONS[list].method).toBe('GET');
});

test('what selects a page is no filter of a view', () => {
  for (const list of VIEW_LISTS)
    for (const name of ['limit', 'cursor', 'offset'])
      expect([list, name, Object.hasOwn(VIEW_FILTERS[list].properties, name)]).toEqual([list, name, false]);
});
