import { matchesPattern } from '@hookline/client';
import type { Filters } from '../../url/filters.ts';
import type { EventRow } from './event-row.ts';

type Test = (row: EventRow, value: string) => boolean;

/** The filters that can be applied to an event of the live feed. Of the others only the gateway knows. */
const TESTS: Readonly<Record<string, Test>> = {
  eventType: ({ type }, value) => matchesPattern(value, type),
  provider: ({ provider }, value) => provider === value,
  repository: ({ repository }, value) => repository === value,
  action: ({ action }, value) => action === value,
  subject: ({ subject }, value) => subject === value,
  source: ({ source }, value) => source === value,
  userId: ({ userId }, value) => userId === value,
  notEventType: ({ type }, value) => !matchesPattern(value, type),
  notProvider: ({ provider }, value) => provider !== value,
  notRepository: ({ repository }, value) => repository !== value,
};

/** Whether events of the live feed can be put into the list before the list is read again. */
export const canMatchLive = (filters: Filters): boolean =>
  Object.keys(filters).every((name) => Object.hasOwn(TESTS, name));

export const matchesFilters = (row: EventRow, filters: Filters): boolean =>
  Object.entries(filters).every(([name, value]) => TESTS[name]?.(row, value) ?? false);
